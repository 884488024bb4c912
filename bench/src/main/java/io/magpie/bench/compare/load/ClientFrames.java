package io.magpie.bench.compare.load;

import io.netty.buffer.ByteBuf;

/** Writes frames of a WebSocket client. */
final class ClientFrames {
    static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_TINY = 125;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int MAX_SHORT = 0xffff;

    /** One key for all: a server unmasks whatever the key is, as long as it isn't zero. */
    private static final int KEY = 0x5ac3_961e;

    private ClientFrames() {}

    /** Appends a whole, masked frame. */
    static void append(ByteBuf out, int opcode, byte[] payload) {
        out.writeByte(FIN | opcode);
        if (payload.length <= MAX_TINY) {
            out.writeByte(MASKED | payload.length);
        } else if (payload.length <= MAX_SHORT) {
            out.writeByte(MASKED | SHORT_LENGTH).writeShort(payload.length);
        } else {
            out.writeByte(MASKED | LONG_LENGTH).writeLong(payload.length);
        }
        out.writeInt(KEY);
        for (int i = 0; i < payload.length; i++) {
            out.writeByte(payload[i] ^ (KEY >>> (Byte.SIZE * (3 - i % Integer.BYTES))));
        }
    }
}
