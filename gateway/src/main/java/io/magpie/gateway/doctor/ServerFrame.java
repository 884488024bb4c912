package io.magpie.gateway.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A frame of the server.
 *
 * @param payload at most 1 MiB
 */
@SuppressWarnings("ArrayRecordComponent")
record ServerFrame(int opcode, byte[] payload) {
    private static final int OPCODE = 0x0F;
    private static final int LENGTH = 0x7F;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MAX = 1 << 20;

    /**
     * Reads one.
     *
     * @throws java.net.SocketTimeoutException if none has begun in time
     */
    static ServerFrame read(RawHttp http) throws IOException {
        int first = http.read();
        long length = http.read() & LENGTH;
        if (length == TWO_BYTES) {
            length =
                    Short.toUnsignedLong(ByteBuffer.wrap(http.read(Short.BYTES)).getShort());
        } else if (length == EIGHT_BYTES) {
            length = ByteBuffer.wrap(http.read(Long.BYTES)).getLong();
        }
        if (length < 0 || length > MAX) {
            throw new IOException("a frame of " + Long.toUnsignedString(length) + " bytes came");
        }
        return new ServerFrame(first & OPCODE, http.read((int) length));
    }

    /** The code of a close frame; 1005 if it has none (RFC 6455 section 7.1.5). */
    int closeCode() {
        return payload.length < Short.BYTES
                ? 1005
                : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
    }
}
