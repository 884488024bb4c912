package io.magpie.gateway.support;

import java.security.SecureRandom;

/** Makes names from chance, in lower-case letters and digits that can't be mixed up. Any thread. */
public final class RandomNames {
    private static final char[] ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz".toCharArray();
    private static final int LONG = 26;
    private static final int SHORT = 12;

    private final SecureRandom random = new SecureRandom();

    /** A name that can't be guessed: more than 128 bits. */
    public String next() {
        return name(LONG);
    }

    /** A name that won't repeat in one process's life: more than 59 bits. */
    public String nextShort() {
        return name(SHORT);
    }

    private String name(int length) {
        char[] name = new char[length];
        for (int i = 0; i < length; i++) {
            name[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return new String(name);
    }
}
