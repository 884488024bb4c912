package io.magpie.gateway.engine.disk;

import io.magpie.gateway.config.GatewayConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of the durable log. Any thread. */
final class LogMetrics {
    private final Timer commits;
    private final DistributionSummary messages;
    private final Counter damaged;
    private final AtomicInteger full = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    LogMetrics(MeterRegistry registry, GatewayConfig.Durability durability) {
        this.commits = Timer.builder("magpie.log.commit")
                .description("Time of a group commit, with its way to the disk")
                .register(registry);
        this.messages = DistributionSummary.builder("magpie.log.commit.messages")
                .description("Messages in a group commit")
                .register(registry);
        this.damaged = Counter.builder("magpie.log.unreadable")
                .description("Reads of the log that failed")
                .register(registry);
        Gauge.builder("magpie.log.full", full, AtomicInteger::get)
                .description("1 while sends are refused because the disk is full")
                .register(registry);
        Gauge.builder("magpie.log.failed", failed, AtomicInteger::get)
                .description("1 since a write failed: nothing is accepted until a restart")
                .register(registry);
        Gauge.builder("magpie.log.durability", () -> 1)
                .description("What an ok promises")
                .tag("mode", durability.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void committed(int count, long nanos) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
        messages.record(count);
    }

    void full(boolean now) {
        full.set(now ? 1 : 0);
    }

    void failed() {
        failed.set(1);
    }

    void unreadable() {
        damaged.increment();
    }
}
