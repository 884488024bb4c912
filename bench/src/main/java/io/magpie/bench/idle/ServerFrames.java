package io.magpie.bench.idle;

import io.netty.buffer.ByteBuf;

/** Finds frames of a server, which are never masked (RFC 6455 section 5.2). */
public final class ServerFrames {
    /** First byte of an unfragmented text frame. */
    public static final int TEXT = 0x81;

    /** First byte of a close frame. */
    public static final int CLOSE = 0x88;

    /** First byte of a ping. */
    public static final int PING = 0x89;

    private static final int HEADER = 2;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private ServerFrames() {}

    /** Bytes of the frame at the reader index, header included; a very large number if not even its length is there. */
    public static int sizeOf(ByteBuf in) {
        if (in.readableBytes() < HEADER) {
            return Integer.MAX_VALUE;
        }
        int length = in.getUnsignedByte(in.readerIndex() + 1);
        int extended = length == LENGTH_16 ? Short.BYTES : length == LENGTH_64 ? Long.BYTES : 0;
        if (in.readableBytes() < HEADER + extended) {
            return Integer.MAX_VALUE;
        }
        int at = in.readerIndex() + HEADER;
        return switch (extended) {
            case Short.BYTES -> HEADER + extended + in.getUnsignedShort(at);
            case Long.BYTES -> HEADER + extended + Math.toIntExact(in.getLong(at));
            default -> HEADER + length;
        };
    }
}
