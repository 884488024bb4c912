package io.magpie.protocol;

/**
 * What a client calls the device that it runs on: 1–64 bytes of UTF-8 without control characters. Devices of different
 * users may have the same name.
 */
public record DeviceId(String value) {
    static final int MAX_BYTES = 64;

    /** @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if the name breaks the rule above */
    public DeviceId {
        String fault = Names.fault(value, MAX_BYTES);
        if (!fault.isEmpty()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the device " + fault);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
