package io.magpie.bench.compare.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is published: the number of the message in eight hexadecimal digits, then made-up words up to a fixed length, so
 * that it compresses like chat and every byte of it can be checked.
 */
final class Payloads {
    static final int LENGTH = 128;

    private static final int DIGITS = 8;
    private static final int DIGIT_BITS = 4;
    private static final int WORD = 5;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONSONANTS = "bcdfghklmnprstvz".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VOWELS = "aeiouyae".getBytes(StandardCharsets.US_ASCII);

    private Payloads() {}

    /** The payload of a message. */
    static byte[] of(int message) {
        byte[] payload = new byte[LENGTH];
        for (int i = 0; i < DIGITS; i++) {
            payload[i] = HEX[(message >>> (DIGIT_BITS * (DIGITS - 1 - i))) & 0xf];
        }
        long random = message * 0x9e37_79b9_7f4a_7c15L;
        for (int i = DIGITS; i < LENGTH; i++) {
            // The generator of Knuth's MMIX; its high bits are the random ones.
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            int place = (i - DIGITS) % WORD;
            payload[i] = place == 0
                    ? (byte) ' '
                    : place % 2 == 1 ? CONSONANTS[(int) (random >>> 60)] : VOWELS[(int) (random >>> 61)];
        }
        return payload;
    }

    /**
     * Which message a received payload is of.
     *
     * @throws DeliveryFault if it isn't byte for byte what was published under its number
     */
    static int messageOf(byte[] bytes, int offset, int length) throws DeliveryFault {
        int message = 0;
        if (length == LENGTH) {
            for (int i = offset; i < offset + DIGITS; i++) {
                message = (message << DIGIT_BITS) | (Character.digit(bytes[i], 16) & 0xf);
            }
            if (Arrays.equals(bytes, offset, offset + length, of(message), 0, LENGTH)) {
                return message;
            }
        }
        throw new DeliveryFault("a payload of " + length + " bytes came that nobody published");
    }
}
