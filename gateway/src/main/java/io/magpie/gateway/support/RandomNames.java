package io.magpie.gateway.support;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.SecureRandom;

/** Makes names from chance, in lower-case letters and digits that can't be mixed up. Any thread. */
public final class RandomNames {
    /** Crockford's base 32: five bits a letter, none that can be mixed up. */
    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private static final int LONG = 26;
    private static final int SHORT = 12;

    private final FastThreadLocal<Chance> chance = new FastThreadLocal<>() {
        @Override
        protected Chance initialValue() {
            return new Chance();
        }
    };

    /** A name that can't be guessed: more than 128 bits. */
    public String next() {
        return name(LONG);
    }

    /** A name that won't repeat in one process's life: 60 bits. It is no secret, and nothing may be had for knowing it. */
    public String nextShort() {
        return name(SHORT);
    }

    private String name(int length) {
        Chance source = chance.get();
        char[] name = new char[length];
        for (int i = 0; i < length; i++) {
            name[i] = ALPHABET[source.next() & (ALPHABET.length - 1)];
        }
        return new String(name);
    }

    /** What one thread, most often a loop, has got from the system and not used yet: asking for each name is dear. */
    @OwnedBy(OwnedBy.Owner.EVENT_LOOP)
    private static final class Chance {
        private static final int BYTES = 4_096;

        private final SecureRandom random = new SecureRandom();
        private final byte[] bytes = new byte[BYTES];
        private int used = BYTES;

        byte next() {
            if (used == BYTES) {
                random.nextBytes(bytes);
                used = 0;
            }
            byte one = bytes[used];
            // A name that was given away is a secret of its owner.
            bytes[used++] = 0;
            return one;
        }
    }
}
