package io.magpie.gateway.doctor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Frames of a client (RFC 6455 section 5.2): whole, masked, at most 65,535 bytes. */
final class ClientFrame {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int SHORT = 125;
    private static final int TWO_BYTES = 126;
    private static final int MASK_BYTES = 4;
    private static final int HEAD = 8;

    private ClientFrame() {}

    static byte[] of(int opcode, String text) {
        return of(opcode, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] of(int opcode, byte[] payload) {
        if (payload.length > 0xFFFF) {
            throw new IllegalArgumentException("too long: " + payload.length);
        }
        byte[] mask = new byte[MASK_BYTES];
        RANDOM.nextBytes(mask);
        ByteBuffer frame = ByteBuffer.allocate(HEAD + payload.length).put((byte) (FIN | opcode));
        if (payload.length <= SHORT) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | TWO_BYTES)).putShort((short) payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % MASK_BYTES]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** The payload of a close frame. */
    static byte[] code(int code) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) code).array();
    }
}
