package io.magpie.bench.compare;

import io.magpie.bench.Environment;
import io.magpie.bench.measure.Surroundings;
import java.util.List;

/** Made-up figures. */
final class Samples {
    private Samples() {}

    static Figures figures(Scenario scenario, String server, Level level, int round, double cpuMicros) {
        return figures(scenario, Contestant.of(server), level, round, cpuMicros, cpuMicros * 10);
    }

    static Figures figures(
            Scenario scenario, Contestant contestant, Level level, int round, double cpuMicros, double p99Millis) {
        return new Figures(
                scenario,
                contestant,
                level,
                round,
                1000,
                100_000,
                cpuMicros,
                140,
                50_000,
                1.5,
                p99Millis,
                0.5,
                0.25,
                0.01,
                0,
                0,
                0,
                List.of());
    }

    static Figures behind(Scenario scenario, String server, Level level, long missing, int undelivered) {
        return new Figures(
                scenario,
                Contestant.of(server),
                level,
                1,
                10_000,
                300_000,
                4,
                140,
                150_000,
                900,
                1500,
                1,
                0.5,
                0.01,
                missing,
                undelivered,
                0,
                List.of());
    }

    static Surroundings surroundings() {
        Environment environment = new Environment(
                "1.2.3", "2026-01-02T03:04:05Z", "a JVM 17", "Linux", "6.1", "amd64", "a processor", 2, "epoll");
        return new Surroundings(environment, "4.2", List.of("-XX:+UseG1GC"), 2, "2 s", "3 s", 0, -1);
    }
}
