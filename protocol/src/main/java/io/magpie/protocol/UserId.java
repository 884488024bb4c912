package io.magpie.protocol;

/** The identity of a user as others see it: 1–128 bytes of UTF-8 without control characters. */
public record UserId(String value) {
    /** @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if the id breaks the rule above */
    public UserId {
        String fault = Names.fault(value);
        if (!fault.isEmpty()) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "the user id " + fault);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
