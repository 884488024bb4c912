package io.magpie.protocol;

/**
 * The name of a room: 1–128 bytes of UTF-8 without control characters.
 *
 * <p>Names that begin with {@code @} belong to the server ({@link #reserved()}); clients can't join or send to them by
 * name. A room is an exact name: there are no patterns and no normalisation, so two look-alikes are two rooms.
 */
public record RoomId(String value) {
    /** @throws ProtocolException {@link ErrorCode#BAD_ROOM} if the name breaks the rule above */
    public RoomId {
        String fault = Names.fault(value);
        if (!fault.isEmpty()) {
            throw new ProtocolException(ErrorCode.BAD_ROOM, "the room name " + fault);
        }
    }

    /** Whether the name belongs to the server. */
    public boolean reserved() {
        return value.charAt(0) == '@';
    }

    @Override
    public String toString() {
        return value;
    }
}
