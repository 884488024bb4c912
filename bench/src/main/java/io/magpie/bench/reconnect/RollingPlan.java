package io.magpie.bench.reconnect;

import java.time.Duration;
import java.util.Map;

/**
 * Restarts of two gateways in turn.
 *
 * @param drain over which a gateway lets its clients go
 * @param rebalance whether, before each restart but the first, half of the clients go back to the gateway that has none;
 *     otherwise all of them are where the restart is
 */
record RollingPlan(Load load, int restarts, Duration drain, boolean rebalance) {
    /** What a process may take longer than {@link #drain} to end. */
    static final Duration MARGIN = Duration.ofSeconds(5);

    /** The most reconnects in a second beside their average over the drain. */
    static final double MOST_TO_AVERAGE = 2;

    /** Within which a gateway that ends says that it isn't ready, in milliseconds. */
    static final long NOT_READY_MILLIS = 100;

    private static final int MOST_RESTARTS = 1_000;
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(10);

    RollingPlan {
        Load.check(restarts >= 1 && restarts <= MOST_RESTARTS, "--restarts must be 1 to 1000");
        Load.check(
                drain.toSeconds() >= 1 && drain.compareTo(LONGEST_DRAIN) <= 0,
                "--drain must be 1s to 10m: reconnects are counted by the second");
    }

    /** For a report. */
    Map<String, Object> options() {
        Map<String, Object> options = load.options();
        options.put("restarts", restarts);
        options.put("drain", drain.toMillis() + "ms");
        options.put("rebalance", rebalance);
        return options;
    }

    /** How many clients a second an even drain makes. */
    double average(int moving) {
        return moving * 1_000.0 / drain.toMillis();
    }
}
