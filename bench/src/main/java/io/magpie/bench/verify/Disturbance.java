package io.magpie.bench.verify;

import java.util.SplittableRandom;

/**
 * What the network does to one direction of a connection.
 *
 * @param up from the client to the server, else back
 * @param amount milliseconds, bytes per second, or bytes until it happens, as the kind says
 */
record Disturbance(Kind kind, boolean up, long amount) {
    /** In which way. */
    enum Kind {
        /** Everything is late. */
        DELAY,
        /** Few bytes a second. */
        RATE,
        /** Bytes come one by one. */
        SLICE,
        /** Both ends see the end of the stream after so many bytes. */
        CUT,
        /** Both ends see a reset after so many bytes. */
        RESET,
        /** The end that is sent to is closed, the other isn't told. */
        HALF_OPEN,
        /** Bytes vanish; nobody is told. */
        BLACK_HOLE
    }

    private static final int MAX_DELAY_MILLIS = 300;
    private static final int MAX_RATE = 64 << 10;
    private static final int MAX_UP = 400;
    private static final int MAX_DOWN = 8_000;

    /** Any of them. */
    static Disturbance random(SplittableRandom random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean up = random.nextBoolean();
        long amount = switch (kind) {
            case DELAY -> random.nextLong(1, MAX_DELAY_MILLIS);
            case RATE -> random.nextLong(1 << 10, MAX_RATE);
            case CUT, RESET -> bytes(up, random);
            case SLICE, HALF_OPEN, BLACK_HOLE -> 0;
        };
        return new Disturbance(kind, up, amount);
    }

    /** An end after a random number of bytes, so anywhere in a frame. */
    static Disturbance cut(SplittableRandom random) {
        boolean up = random.nextBoolean();
        return new Disturbance(random.nextBoolean() ? Kind.CUT : Kind.RESET, up, bytes(up, random));
    }

    private static long bytes(boolean up, SplittableRandom random) {
        return random.nextLong(1, up ? MAX_UP : MAX_DOWN);
    }

    @Override
    public String toString() {
        return kind + (up ? " up " : " down ") + amount;
    }
}
