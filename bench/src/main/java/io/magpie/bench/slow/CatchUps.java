package io.magpie.bench.slow;

import java.util.HashMap;
import java.util.Map;

/**
 * How long those who stopped need until they are as near to the head as the others.
 *
 * <p>Owner: the loop of the {@link Crowd}; the main thread reads it when the loop has ended.
 */
final class CatchUps {
    /** A member that gets what was sent this short a time ago has caught up. */
    static final long NEAR = 1_000_000_000L;

    private static final long NOT_YET = Long.MAX_VALUE;

    private final int members;
    private final Map<MemberClient, Long> took = new HashMap<>();
    private long resumed = NOT_YET;

    /** @param members how many stopped */
    CatchUps(int members) {
        this.members = members;
    }

    /** They read again, at {@code now} nanoseconds of the run. */
    void resume(long now) {
        resumed = now;
    }

    /** One of them was given a message that was sent {@code age} nanoseconds ago. */
    void delivered(MemberClient client, long now, long age) {
        if (now > resumed && age < NEAR && !took.containsKey(client)) {
            took.put(client, now - resumed);
        }
    }

    /** How many have caught up. */
    int done() {
        return took.size();
    }

    /** How many should have. */
    int expected() {
        return members;
    }

    /** Nanoseconds that the slowest of them needed; 0 if nobody has caught up. */
    long slowest() {
        return took.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Nanoseconds that half of them needed at most; 0 if nobody has caught up. */
    long median() {
        long[] sorted =
                took.values().stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
