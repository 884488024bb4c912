package io.magpie.bench.slow;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Plans and results for tests. */
final class SlowPlans {
    static final long MEBI = 1 << 20;

    private SlowPlans() {}

    static Timeline timeline(double rate, int warmup, int before, int during, int after) {
        Map<Phase, Duration> lengths = new EnumMap<>(Phase.class);
        lengths.put(Phase.WARMUP, Duration.ofSeconds(warmup));
        lengths.put(Phase.BEFORE, Duration.ofSeconds(before));
        lengths.put(Phase.DURING, Duration.ofSeconds(during));
        lengths.put(Phase.AFTER, Duration.ofSeconds(after));
        return new Timeline(rate, lengths);
    }

    static SlowPlan plan(Scenario scenario, Timeline timeline) {
        return new SlowPlan(scenario, 20, 5, 64, 16 << 10, timeline, new SlowPlan.Bounds(32 * MEBI, 1.2));
    }

    static MemorySample sample(double second, long rss, long direct) {
        return new MemorySample(second, rss, 10 * MEBI, direct, 0, MEBI, 0, 0, 0, 0);
    }

    /** A run of {@link #plan} without a fault, one second a phase at 100 messages a second. */
    static SlowResult flawless() {
        Map<Account.Count, Long> counts = new EnumMap<>(Account.Count.class);
        counts.put(Account.Count.JOINED, 20L);
        counts.put(Account.Count.SENT, 400L);
        counts.put(Account.Count.ACCEPTED, 400L);
        counts.put(Account.Count.DELIVERED, 8_000L);
        Map<Phase, SlowResult.Latency> latencies = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            latencies.put(phase, latency(10));
        }
        return new SlowResult(
                counts,
                new SlowResult.Missing(0, 0),
                400,
                new SlowResult.Closes(Map.of(), Map.of(), 0),
                new SlowResult.CatchUp(5, 5, 0.1, 0.2),
                latencies,
                List.of(9.0, 10.0, 10.0, 11.0),
                0.5,
                List.of(
                        sample(0.5, 300 * MEBI, 2 * MEBI),
                        sample(1.5, 310 * MEBI, 2 * MEBI),
                        sample(2.5, 315 * MEBI, 3 * MEBI),
                        sample(3.5, 400 * MEBI, 90 * MEBI)),
                new SlowResult.Server(true, "", 400 * MEBI),
                List.of());
    }

    static SlowResult.Latency latency(double p99) {
        return new SlowResult.Latency(1_500, 1, p99, p99, 20, 0.3, 0.2, 0.1);
    }
}
