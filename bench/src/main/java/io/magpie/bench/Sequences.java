package io.magpie.bench;

import java.util.Arrays;

/**
 * Checks that numbers come as 1, 2, 3 …, in bounded memory: per stream the highest number and which of the 64 before it
 * have come. What is older than that can't be told apart and counts as late while anything is missing, else as a
 * duplicate.
 *
 * <p>Owner: one event loop.
 */
final class Sequences {
    /** What a number is to its stream. */
    enum Step {
        /** The one that was expected. */
        NEXT,
        /** Later than expected; those between are missing for now. */
        AHEAD,
        /** One that was missing until now. */
        LATE,
        /** One that came before. */
        DUPLICATE
    }

    private static final int WINDOW = Long.SIZE;

    private final long[] last;
    private final long[] seen;
    private long missing;

    /** So many streams, each expecting 1. */
    Sequences(int streams) {
        last = new long[streams];
        seen = new long[streams];
        Arrays.fill(seen, -1);
    }

    /** The highest number of a stream so far, 0 if none. */
    long last(int stream) {
        return last[stream];
    }

    /** How many numbers have been jumped over and not come since. */
    long missing() {
        return missing;
    }

    /** Everything up to {@code number} counts as seen. */
    void startAfter(int stream, long number) {
        last[stream] = number;
        seen[stream] = -1;
    }

    /** The next number of a stream. */
    Step accept(int stream, long number) {
        long distance = number - last[stream];
        if (distance > 0) {
            missing += distance - 1;
            last[stream] = number;
            seen[stream] = distance < WINDOW ? seen[stream] << distance | 1 : 1;
            return distance == 1 ? Step.NEXT : Step.AHEAD;
        }
        if (-distance >= WINDOW) {
            return tooOld();
        }
        long bit = 1L << -distance;
        if ((seen[stream] & bit) != 0) {
            return Step.DUPLICATE;
        }
        seen[stream] |= bit;
        missing--;
        return Step.LATE;
    }

    private Step tooOld() {
        if (missing == 0) {
            return Step.DUPLICATE;
        }
        missing--;
        return Step.LATE;
    }
}
