package io.magpie.bench.compare.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes frames of a server. */
final class ServerFrames {
    private ServerFrames() {}

    static ByteBuffer text(byte[] payload) {
        return frame(FrameCursor.TEXT, payload);
    }

    static ByteBuffer frame(int opcode, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 10).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            out.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            out.put((byte) 126).putShort((short) payload.length);
        } else {
            out.put((byte) 127).putLong(payload.length);
        }
        out.put(payload).flip();
        return join(out);
    }

    /** One buffer of just these bytes. */
    static ByteBuffer join(ByteBuffer... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(ByteBuffer::remaining).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.flip();
    }
}
