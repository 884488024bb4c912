package io.magpie.gateway.delivery;

import io.netty.buffer.ByteBuf;

/**
 * Writes server frames (RFC 6455 section 5.2): final, unmasked. The header is written in place before its payload, so
 * that a frame is one buffer which serves every member.
 */
public final class Frames {
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /** Room for the longest header: two bytes and a 64-bit length. */
    public static final int MAX_HEADER = 10;

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;

    private Frames() {}

    /** Begins a frame of unknown length at the writer index; write the payload, then call {@link #end}. */
    public static int begin(ByteBuf out) {
        out.writeZero(MAX_HEADER);
        return out.writerIndex();
    }

    /**
     * Ends the only frame of a buffer: puts the header right before the payload and moves the reader index to it.
     *
     * @param payload what {@link #begin} returned
     */
    public static void end(ByteBuf out, int payload, int opcode, boolean compressed) {
        int end = out.writerIndex();
        int header = payload - headerLength(end - payload);
        out.writerIndex(header);
        header(out, opcode, compressed, end - payload);
        out.writerIndex(end).readerIndex(header);
    }

    /** Writes the header of a frame whose payload of {@code length} bytes follows. */
    public static void header(ByteBuf out, int opcode, boolean compressed, int length) {
        out.writeByte(FIN | (compressed ? RSV1 : 0) | opcode);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }

    /** How many bytes {@link #header} writes. */
    public static int headerLength(int length) {
        return length < 126 ? 2 : length <= 0xFFFF ? 4 : MAX_HEADER;
    }
}
