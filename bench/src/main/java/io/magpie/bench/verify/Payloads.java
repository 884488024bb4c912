package io.magpie.bench.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * The bodies of messages: a JSON string of the message's name and of letters that follow from the name and the seed, so
 * that every receiver can tell a whole message from a damaged one. Immutable.
 *
 * @param size bytes of a body, about
 */
record Payloads(long seed, int size) {
    private static final Pattern NAME = Pattern.compile("\\d{1,9}-\\d{1,9}");
    private static final int EXCERPT = 40;

    /** The name of the {@code number}th message of a client. */
    static String name(int client, long number) {
        return client + "-" + number;
    }

    /** The body of a message. */
    byte[] body(String name) {
        StringBuilder text =
                new StringBuilder(size + 2).append('"').append(name).append(':');
        SplittableRandom letters = new SplittableRandom(seed * 31 + name.hashCode());
        while (text.length() <= size) {
            text.append((char) letters.nextInt('a', 'z' + 1));
        }
        return text.append('"').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Which message a body is; if it isn't one of this run, byte for byte, a name that no message has. */
    String name(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(':');
        String name = end < 1 ? "" : text.substring(1, end);
        if (NAME.matcher(name).matches() && Arrays.equals(body, body(name))) {
            return name;
        }
        return "damaged " + text.substring(0, Math.min(EXCERPT, text.length())).replaceAll("[^ -~]", "?");
    }
}
