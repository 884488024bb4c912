package io.magpie.bench.compare.load;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the messages of one stream (RFC 7692).
 *
 * <p>Owner: the event loop of the load. Closing it frees the native memory.
 */
final class Inflation implements AutoCloseable {
    /** What a sender cuts off the end of each message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private static final int CHUNK = 8192;

    private final Inflater inflater = new Inflater(true);
    private final byte[] chunk = new byte[CHUNK];
    private final boolean takeover;

    /** @param takeover whether a message may refer to those before it */
    Inflation(boolean takeover) {
        this.takeover = takeover;
    }

    /** Whether messages have to come in the stream's order, each once. */
    boolean takeover() {
        return takeover;
    }

    /** @throws DeliveryFault if it can't be inflated */
    byte[] inflate(byte[] message) throws DeliveryFault {
        if (!takeover || inflater.finished()) {
            inflater.reset();
        }
        byte[] input = Arrays.copyOf(message, message.length + TAIL.length);
        System.arraycopy(TAIL, 0, input, message.length, TAIL.length);
        inflater.setInput(input);
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 * CHUNK);
        try {
            int length = inflater.inflate(chunk);
            while (length > 0) {
                out.write(chunk, 0, length);
                length = inflater.inflate(chunk);
            }
        } catch (DataFormatException e) {
            throw new DeliveryFault("a message can't be inflated: " + e.getMessage());
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
