package io.magpie.bench.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.netty.util.CharsetUtil;

/**
 * WebSocket as bytes (RFC 6455): what a client writes, and how long the frame is that a buffer begins with. Stateless.
 */
public final class Wire {
    public static final int TEXT = 0x1;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /** What {@link #headerLength} returns while the header isn't there yet. */
    public static final int INCOMPLETE = -1;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final AsciiString END_OF_HEAD = AsciiString.of("\r\n\r\n");
    private static final AsciiString SWITCHING = AsciiString.of("HTTP/1.1 101 ");

    private Wire() {}

    /** Writes the request to upgrade, for JSON envelopes. */
    public static void upgrade(ByteBuf out, String host) {
        out.writeCharSequence(
                "GET /ws HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: magpie.v1.json\r\n\r\n",
                CharsetUtil.US_ASCII);
    }

    /** Bytes of an HTTP head that a buffer begins with, its empty line counted, or {@link #INCOMPLETE}. */
    public static int headLength(ByteBuf in) {
        String text = in.toString(CharsetUtil.US_ASCII);
        int end = text.indexOf(END_OF_HEAD.toString());
        return end < 0 ? INCOMPLETE : end + END_OF_HEAD.length();
    }

    /** Whether the head that a buffer begins with says that the upgrade is done. */
    public static boolean upgraded(ByteBuf in) {
        return in.readableBytes() >= SWITCHING.length()
                && in.toString(in.readerIndex(), SWITCHING.length(), CharsetUtil.US_ASCII)
                        .contentEquals(SWITCHING);
    }

    /** Writes a whole client frame. Its mask is all zeros, which leaves the payload as it is and saves the load's time. */
    public static void frame(ByteBuf out, int opcode, ByteBuf payload) {
        int length = payload.readableBytes();
        out.writeByte(FIN | opcode);
        if (length < SHORT_LENGTH) {
            out.writeByte(MASKED | length);
        } else {
            out.writeByte(MASKED | SHORT_LENGTH).writeShort(length);
        }
        out.writeInt(0).writeBytes(payload, payload.readerIndex(), length);
    }

    /** Bytes of the header of the server frame that a buffer begins with, or {@link #INCOMPLETE}. */
    public static int headerLength(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return INCOMPLETE;
        }
        int length = in.getByte(in.readerIndex() + 1) & 0x7F;
        int header = length < SHORT_LENGTH ? 2 : length == SHORT_LENGTH ? 4 : 10;
        return in.readableBytes() < header ? INCOMPLETE : header;
    }

    /** Bytes of the payload of the server frame that a buffer begins with; its header is whole. */
    public static long payloadLength(ByteBuf in) {
        int at = in.readerIndex() + 1;
        int length = in.getByte(at) & 0x7F;
        return switch (length) {
            case SHORT_LENGTH -> in.getUnsignedShort(at + 1);
            case LONG_LENGTH -> in.getLong(at + 1);
            default -> length;
        };
    }

    /** The opcode of the frame that a buffer begins with. */
    public static int opcode(ByteBuf in) {
        return in.getByte(in.readerIndex()) & 0xF;
    }
}
