package io.magpie.bench.acks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The texts of messages as JSON strings: a number in 16 hexadecimal digits, then padding. Immutable. */
final class Texts {
    /** The smallest text: a number. */
    static final int MIN_SIZE = 16;

    private static final int DIGIT_BITS = 4;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] template;

    /** @param size bytes of a text, without its quotes */
    Texts(int size) {
        template = new byte[size + 2];
        Arrays.fill(template, (byte) 'm');
        template[0] = '"';
        template[size + 1] = '"';
    }

    byte[] of(long number) {
        byte[] text = template.clone();
        for (int i = 0; i < MIN_SIZE; i++) {
            text[1 + i] = HEX[(int) (number >>> (DIGIT_BITS * (MIN_SIZE - 1 - i))) & 0xf];
        }
        return text;
    }
}
