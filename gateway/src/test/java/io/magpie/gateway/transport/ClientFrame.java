package io.magpie.gateway.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.Deflater;

/** A frame as a client sends it, right or wrong. The payload isn't copied. */
@SuppressWarnings("ArrayRecordComponent")
public record ClientFrame(boolean fin, int rsv, int opcode, byte[] payload) {
    private static final byte[] MASK = {0x1A, 0x2B, 0x3C, 0x4D};

    public static ClientFrame of(int opcode, byte[] payload) {
        return new ClientFrame(true, 0, opcode, payload);
    }

    public static ClientFrame text(String text) {
        return of(1, utf8(text));
    }

    public static ClientFrame binary(byte[] payload) {
        return of(2, payload);
    }

    public static ClientFrame continuation(String text) {
        return of(0, utf8(text));
    }

    public static ClientFrame ping(String payload) {
        return of(9, utf8(payload));
    }

    public static ClientFrame pong(String payload) {
        return of(10, utf8(payload));
    }

    public static ClientFrame close() {
        return of(8, new byte[0]);
    }

    public static ClientFrame close(int code, String reason) {
        byte[] text = utf8(reason);
        return of(
                8,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** A text message compressed by itself, with the bit that says so. */
    public static ClientFrame compressed(String text) {
        return of(1, deflated(utf8(text))).withRsv(4);
    }

    public ClientFrame notFinal() {
        return new ClientFrame(false, rsv, opcode, payload);
    }

    public ClientFrame withRsv(int bits) {
        return new ClientFrame(fin, bits, opcode, payload);
    }

    /** Header, mask and masked payload. */
    public byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
        out.put((byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode));
        if (payload.length < 126) {
            out.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xFFFF) {
            out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        out.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ MASK[i % 4]));
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Bytes written as hexadecimal digits, with spaces. */
    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A payload for permessage-deflate, without context of earlier messages. */
    public static byte[] deflated(byte[] payload) {
        Deflater deflater = new Deflater(9, true);
        try {
            return deflated(deflater, payload);
        } finally {
            deflater.end();
        }
    }

    /** A payload for permessage-deflate, in the context that the deflater holds. */
    public static byte[] deflated(Deflater deflater, byte[] payload) {
        if (payload.length == 0) {
            return new byte[1];
        }
        deflater.setInput(payload);
        byte[] out = new byte[payload.length * 2 + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        byte[] withoutTail = new byte[length - 4];
        System.arraycopy(out, 0, withoutTail, 0, withoutTail.length);
        return withoutTail;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
