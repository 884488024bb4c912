package io.magpie.bench;

import io.magpie.protocol.Encoding;
import java.net.URI;
import java.time.Duration;

/** Plans for tests: what a test doesn't care about has a valid value. */
final class Plans {
    static final URI URL = URI.create("ws://127.0.0.1:8080/ws");

    private Plans() {}

    static BenchPlan.Target target(Encoding mode) {
        return new BenchPlan.Target(URL, mode, Duration.ofSeconds(5), 1);
    }

    static BenchPlan.Load load(int clients, int rooms, double rate) {
        return new BenchPlan.Load(clients, rooms, clients, rate, 64);
    }

    static BenchPlan.Phases phases(Duration warmup, Duration duration) {
        return new BenchPlan.Phases(1000, warmup, duration, Duration.ofSeconds(2));
    }

    /** Four clients in two rooms, 10 messages/s, 1 s of warm-up, 2 s measured. */
    static BenchPlan small(Encoding mode) {
        return plan(target(mode), load(4, 2, 10), phases(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    static BenchPlan plan(BenchPlan.Target target, BenchPlan.Load load, BenchPlan.Phases phases) {
        return new BenchPlan(target, load, phases, 1, 1, 0);
    }
}
