package io.magpie.gateway.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A frame as the server sent it. The payload isn't copied. */
@SuppressWarnings("ArrayRecordComponent")
public record ServerFrame(boolean fin, int rsv, int opcode, byte[] payload) {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    public boolean isClose() {
        return opcode == 8;
    }

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** The status code of a close frame; 1005 if it has none, as APIs of clients show it. */
    public int closeCode() {
        return payload.length == 0
                ? 1005
                : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
    }

    public String closeReason() {
        return payload.length < 2
                ? ""
                : new String(Arrays.copyOfRange(payload, 2, payload.length), StandardCharsets.UTF_8);
    }

    /** The payload, inflated by itself if the frame says that it is compressed. */
    public byte[] message() {
        if (rsv == 0) {
            return payload;
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(ClientFrame.join(payload, TAIL));
            byte[] out = new byte[payload.length * 1_100 + 64];
            return Arrays.copyOf(out, inflater.inflate(out));
        } catch (DataFormatException e) {
            throw new AssertionError("the server's compression is broken", e);
        } finally {
            inflater.end();
        }
    }

    @Override
    public String toString() {
        String bytes = payload.length > 80 ? payload.length + " bytes" : text();
        return (fin ? "" : "part of ") + "frame " + opcode + (rsv == 0 ? "" : " rsv " + rsv) + " "
                + (isClose() ? closeCode() + " " + closeReason() : bytes);
    }
}
