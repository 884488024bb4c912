package io.magpie.bench;

import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The text that the bench sends: a stamp of 40 hexadecimal digits (run, publisher, number, intended time), then padding
 * that every receiver compares. In an envelope the text is a JSON or CBOR string.
 *
 * <p>Immutable. A stamp has fixed places, so reading one costs a few nanoseconds and no object.
 */
final class Payload {
    /** The smallest message: a stamp alone. */
    static final int MIN_SIZE = 40;

    private static final int FIELD = 8;
    private static final long UNREADABLE = -1;

    private static final int RUN = 0;
    private static final int PUBLISHER = 8;
    private static final int NUMBER = 16;
    private static final int TIME = 24;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Encoding encoding;
    private final byte[] template;
    private final int offset;

    /**
     * The messages of one run.
     *
     * @param run 32 bits that tell this run from others
     * @param size bytes of the text
     * @param seed of the padding
     */
    Payload(Encoding encoding, int run, int size, long seed) {
        this.encoding = encoding;
        byte[] head = head(encoding, size);
        byte[] tail = encoding == Encoding.JSON ? new byte[] {'"'} : new byte[0];
        this.offset = head.length;
        this.template = Arrays.copyOf(head, head.length + size + tail.length);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = offset + MIN_SIZE; i < offset + size; i++) {
            template[i] = (byte) random.nextInt('a', 'z' + 1);
        }
        System.arraycopy(tail, 0, template, offset + size, tail.length);
        writeHex(template, RUN, FIELD, Integer.toUnsignedLong(run));
    }

    /** Bytes on the wire: the text, with the quotes or the string header of its encoding. */
    int length() {
        return template.length;
    }

    /** A message of this run. {@code publisher} and {@code number} have 32 bits. */
    byte[] stamp(long publisher, long number, long intended) {
        byte[] bytes = template.clone();
        writeHex(bytes, PUBLISHER, FIELD, publisher);
        writeHex(bytes, NUMBER, FIELD, number);
        writeHex(bytes, TIME, 2 * FIELD, intended);
        return bytes;
    }

    /** {@link #stamp} as the body of an envelope. */
    Body body(long publisher, long number, long intended) {
        byte[] bytes = stamp(publisher, number, intended);
        return encoding == Encoding.CBOR ? new Body.Cbor(bytes) : new Body.Json(bytes);
    }

    /** Whether the bytes claim to be of this run. */
    boolean ours(byte[] bytes) {
        int from = offset + RUN;
        int to = offset + PUBLISHER;
        return bytes.length >= offset + MIN_SIZE && Arrays.equals(bytes, from, to, template, from, to);
    }

    /** Whether a message of this run arrived whole: same length, same padding, a readable stamp. */
    boolean intact(byte[] bytes) {
        int padding = offset + MIN_SIZE;
        return bytes.length == template.length
                && Arrays.equals(bytes, 0, offset, template, 0, offset)
                && Arrays.equals(bytes, padding, bytes.length, template, padding, template.length)
                && publisher(bytes) != UNREADABLE
                && number(bytes) != UNREADABLE
                && readHex(bytes, TIME) != UNREADABLE
                && readHex(bytes, TIME + FIELD) != UNREADABLE;
    }

    /** Who published an {@link #intact} message. */
    long publisher(byte[] bytes) {
        return readHex(bytes, PUBLISHER);
    }

    /** Which of its publisher's messages an {@link #intact} message is. */
    long number(byte[] bytes) {
        return readHex(bytes, NUMBER);
    }

    /** When an {@link #intact} message should have been sent. */
    long intended(byte[] bytes) {
        return readHex(bytes, TIME) << 32 | readHex(bytes, TIME + FIELD);
    }

    private void writeHex(byte[] bytes, int field, int digits, long value) {
        for (int i = 0; i < digits; i++) {
            bytes[offset + field + i] = DIGITS[(int) (value >>> (4 * (digits - 1 - i))) & 0xF];
        }
    }

    private long readHex(byte[] bytes, int field) {
        long value = 0;
        for (int i = offset + field; i < offset + field + FIELD; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return UNREADABLE;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static byte[] head(Encoding encoding, int size) {
        return switch (encoding) {
            case PLAIN -> new byte[0];
            case JSON -> new byte[] {'"'};
            case CBOR -> cborTextHeader(size);
        };
    }

    /** RFC 8949: major type 3 in the high three bits, then the length in its shortest form. */
    private static byte[] cborTextHeader(int size) {
        if (size < 1 << 8) {
            return new byte[] {0x78, (byte) size};
        }
        if (size < 1 << 16) {
            return new byte[] {0x79, (byte) (size >> 8), (byte) size};
        }
        return new byte[] {0x7A, (byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size};
    }
}
