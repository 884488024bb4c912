package io.magpie.bench.idle;

import io.magpie.bench.Progress;
import io.magpie.bench.ServerProbe;
import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.gateway.MetricsPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Measures a running gateway twice: after a crowd came, joined and left, so that everything is loaded and grown that
 * ever will be, and with a crowd of the same size in it. Owner: the main thread.
 */
final class IdleRun {
    private static final long POLL_MILLIS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final IdlePlan plan;
    private final GatewayProcess gateway;
    private final Jcmd jcmd;
    private final Progress progress;

    /**
     * Before and with the crowd.
     *
     * @param startRssBytes resident memory of the server just started
     * @param wss empty over ws
     */
    record Result(long startRssBytes, Snapshot before, Snapshot with, Optional<Wss> wss) {}

    IdleRun(IdlePlan plan, GatewayProcess gateway, Jcmd jcmd, Progress progress) {
        this.plan = plan;
        this.gateway = gateway;
        this.jcmd = jcmd;
        this.progress = progress;
    }

    Result run() throws IOException, InterruptedException {
        jcmd.collect();
        long startRss = rss();
        try (Crowd first = new Crowd(gateway.open(), "127.0.0.2", plan)) {
            fill(first, "warm-up");
        }
        awaitConnections(0);
        Snapshot before = settleAndMeasure("baseline");
        try (Crowd second = new Crowd(gateway.open(), "127.0.0.3", plan)) {
            fill(second, "sessions");
            Snapshot with = settleAndMeasure("measuring");
            if (second.lost() > 0) {
                throw new IllegalStateException(second.lost() + " sessions were lost while idle");
            }
            return new Result(startRss, before, with, wss(second));
        }
    }

    private Optional<Wss> wss(Crowd crowd) throws IOException {
        Optional<Wss> wss = gateway.tlsProvider().map(provider -> new Wss(provider, crowd.suite()));
        if (plan.tls().secure() && wss.isEmpty()) {
            throw new IOException("the gateway's log doesn't say what does its TLS");
        }
        return wss;
    }

    private void fill(Crowd crowd, String phase) throws IOException, InterruptedException {
        progress.phase(phase, "sessions", plan.sessions());
        crowd.connect();
        int seen = -1;
        for (long stalled = 0; !crowd.awaitReady(POLL_MILLIS); ) {
            progress.at(crowd.ready());
            stalled = crowd.ready() == seen ? stalled + POLL_MILLIS : 0;
            seen = crowd.ready();
            if (!gateway.alive() || stalled > PATIENCE.toMillis()) {
                throw new IOException("the gateway doesn't take more than " + seen + " sessions");
            }
        }
        progress.at(crowd.ready());
        awaitConnections(plan.sessions());
    }

    /** Waits until the server counts so many connections, each in its room. */
    private void awaitConnections(long wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        MetricsPage page = MetricsPage.scrape(gateway.management());
        while (page.connections() != wanted || page.members() != wanted) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the gateway counts " + page.connections() + " connections and " + page.members()
                        + " members, not " + wanted);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            page = MetricsPage.scrape(gateway.management());
        }
    }

    private Snapshot settleAndMeasure(String phase) throws IOException, InterruptedException {
        long seconds = plan.settle().toSeconds();
        progress.phase(phase, "seconds", seconds);
        for (long i = 1; i <= seconds; i++) {
            TimeUnit.SECONDS.sleep(1);
            progress.at(i);
        }
        jcmd.collect();
        long direct = MetricsPage.scrape(gateway.management()).directBytes();
        jcmd.collect();
        long used = jcmd.heapUsed();
        long rss = rss();
        OptionalLong nativeBytes = plan.tls().secure() ? jcmd.nativeHeap() : OptionalLong.empty();
        ClassHistogram histogram = jcmd.histogram();
        return new Snapshot(histogram, histogram.bytes(), used, direct, rss, nativeBytes);
    }

    /**
     * Resident memory. The C library keeps what BoringSSL gives back, so what the first crowd had would hide what the
     * second one takes if it weren't given back to the system.
     */
    private long rss() throws IOException, InterruptedException {
        if (plan.tls().secure()) {
            jcmd.trim();
        }
        return ServerProbe.of(Path.of("/proc", Long.toString(gateway.pid())))
                .sample()
                .orElseThrow(() -> new IOException("the gateway is gone"))
                .rssBytes();
    }
}
