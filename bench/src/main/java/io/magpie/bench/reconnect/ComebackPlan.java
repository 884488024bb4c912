package io.magpie.bench.reconnect;

import java.time.Duration;
import java.util.Map;

/**
 * All clients of a gateway lose their connections in the same moment and come back at once.
 *
 * @param rounds how often
 * @param warm messages before the first time, and between two
 */
record ComebackPlan(Load load, int rounds, Duration warm) {
    /** Within which all have to be back, in milliseconds. */
    static final long BACK_MILLIS = 30_000;

    /** The highest p99 from sending to ok while they come back, in milliseconds. */
    static final double P99_MILLIS = 1_000;

    private static final int MOST_ROUNDS = 100;
    private static final Duration LONGEST_WARM = Duration.ofMinutes(10);

    ComebackPlan {
        Load.check(rounds >= 1 && rounds <= MOST_ROUNDS, "--rounds must be 1 to 100");
        Load.check(!warm.isNegative() && warm.compareTo(LONGEST_WARM) <= 0, "--warm must be 0s to 10m");
    }

    /** For a report. */
    Map<String, Object> options() {
        Map<String, Object> options = load.options();
        options.put("rounds", rounds);
        options.put("warm", warm.toMillis() + "ms");
        return options;
    }
}
