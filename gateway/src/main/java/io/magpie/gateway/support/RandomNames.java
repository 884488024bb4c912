package io.magpie.gateway.support;

import java.security.SecureRandom;

/** Makes names from chance, in lower-case letters and digits that can't be mixed up. Any thread. */
public final class RandomNames {
    /** Crockford's base 32: five bits a letter, none that can be mixed up. */
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

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
        byte[] chance = new byte[length];
        random.nextBytes(chance);
        char[] name = new char[length];
        for (int i = 0; i < length; i++) {
            name[i] = ALPHABET[chance[i] & (ALPHABET.length - 1)];
        }
        return new String(name);
    }
}
