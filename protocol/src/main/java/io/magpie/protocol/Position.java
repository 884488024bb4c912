package io.magpie.protocol;

/**
 * A point in a room's log: everything up to and including {@code seq} of {@code epoch} has been seen.
 *
 * <p>Why the epoch: a room that lost its log begins again at 1. A client at 7 of the old log would take message 8 of the
 * new one for its continuation; the changed epoch tells it otherwise. Why {@code at}: after a fail-over two logs of one
 * epoch may fork; the time of the last message seen tells a fork from a true continuation.
 *
 * @param epoch 1–64 characters, opaque
 * @param seq the last sequence number seen, 0 if none, at most 2^53 − 1
 * @param at milliseconds since 1970 of that message, or {@link #NO_TIME}
 */
public record Position(String epoch, long seq, long at) {
    /** {@link #at} of a position that doesn't say. */
    public static final long NO_TIME = -1;

    private static final int MAX_EPOCH = 64;

    /** @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if a value is out of range */
    public Position {
        if (epoch.isEmpty() || epoch.length() > MAX_EPOCH) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "epoch must have 1 to 64 characters");
        }
        if (seq < 0 || seq > RequestId.Number.MAX_SAFE) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "seq must be 0 to 2^53 - 1");
        }
        if (at < NO_TIME || at > RequestId.Number.MAX_SAFE) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "at must be milliseconds since 1970");
        }
    }
}
