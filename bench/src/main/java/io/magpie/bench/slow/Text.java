package io.magpie.bench.slow;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The text of a message as a JSON string: its number in 16 hexadecimal digits, then padding that every receiver compares.
 * Immutable.
 */
final class Text {
    /** The smallest text: a number and as much padding. */
    static final int MIN_SIZE = 32;

    /** What {@link #number} returns for what isn't a text of this run. */
    static final long FOREIGN = -1;

    private static final int DIGITS = 16;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] template;

    /**
     * The texts of one run.
     *
     * @param size bytes of the text, without its quotes
     * @param run makes the padding, so that another run's message isn't taken for one of this
     */
    Text(int size, long run) {
        template = new byte[size + 2];
        SplittableRandom random = new SplittableRandom(run);
        for (int i = 1; i <= size; i++) {
            template[i] = (byte) random.nextInt('a', 'z' + 1);
        }
        template[0] = '"';
        template[size + 1] = '"';
    }

    /** The JSON string of a message. */
    byte[] of(long number) {
        byte[] bytes = template.clone();
        for (int i = 0; i < DIGITS; i++) {
            bytes[1 + i] = HEX[(int) (number >>> (4 * (DIGITS - 1 - i))) & 0xF];
        }
        return bytes;
    }

    /** Which message of this run a JSON string is, or {@link #FOREIGN} if it isn't one, byte for byte. */
    long number(byte[] bytes) {
        int padding = 1 + DIGITS;
        if (bytes.length != template.length
                || !Arrays.equals(bytes, padding, bytes.length, template, padding, template.length)) {
            return FOREIGN;
        }
        long number = 0;
        for (int i = 1; i < padding; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return FOREIGN;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
