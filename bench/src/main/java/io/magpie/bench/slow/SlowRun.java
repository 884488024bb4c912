package io.magpie.bench.slow;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.slow.SlowResult.Latency;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;

/**
 * One run against a started gateway: joins everybody, leads through the phases, samples the server once a second.
 *
 * <p>Owner: the main thread.
 */
final class SlowRun {
    private static final Path PROC = Path.of("/proc");
    private static final long SECOND = 1_000_000_000L;
    private static final long POLL = SECOND / 10;
    private static final int JOIN_SECONDS = 60;
    private static final int GRACE_SECONDS = 30;
    private static final int REPORT_SECONDS = 5;
    private static final double MEBI = 1 << 20;
    private static final double MILLI = 1e6;

    private final SlowPlan plan;
    private final GatewayProcess gateway;
    private final ServerWatch watch;
    private final PrintWriter progress;
    private final List<MemorySample> samples = new ArrayList<>();

    /** @param progress gets a line now and then */
    SlowRun(SlowPlan plan, GatewayProcess gateway, PrintWriter progress) {
        this.plan = plan;
        this.gateway = gateway;
        this.watch = new ServerWatch(PROC, gateway.pid(), gateway.management());
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @throws IOException if the log of the gateway can't be read
     */
    SlowResult run() throws IOException, InterruptedException {
        Crowd crowd =
                new Crowd(plan, gateway.open(), RandomGenerator.getDefault().nextLong(Integer.MAX_VALUE));
        try (crowd) {
            crowd.connect();
            long joined = crowd.pulse().settled();
            for (int i = 0; i < JOIN_SECONDS * 10 && joined < plan.members(); i++) {
                sleepUntil(System.nanoTime() + POLL);
                joined = crowd.pulse().settled();
            }
            say("%,d of %,d members are in the room", joined, plan.members());
            long start = System.nanoTime() + SECOND / 2;
            crowd.begin(start);
            follow(crowd, start);
            drain(crowd);
        }
        return result(crowd);
    }

    private void follow(Crowd crowd, long start) throws InterruptedException {
        for (int second = 0; second <= plan.timeline().seconds(); second++) {
            sleepUntil(start + second * SECOND);
            Phase phase = plan.timeline().at(second * SECOND);
            Crowd.Pulse pulse = crowd.pulse();
            sample((System.nanoTime() - start) / (double) SECOND, pulse.cpuNanos());
            if (second % REPORT_SECONDS == 0 && !samples.isEmpty()) {
                MemorySample last = samples.get(samples.size() - 1);
                say(
                        "%3d s  %-12s  %,9d sent  %,12d delivered  RSS %.0f MiB  direct %.1f MiB  queued %.1f MiB"
                                + "  kernel %.0f MiB  %,d behind",
                        second,
                        phase.title(),
                        pulse.sent(),
                        pulse.delivered(),
                        last.rss() / MEBI,
                        last.direct() / MEBI,
                        last.queued() / MEBI,
                        last.kernel() / MEBI,
                        last.behind());
            }
        }
    }

    /** A server that doesn't answer is judged at the end; the load goes on until then. */
    private void sample(double second, long benchNanos) {
        try {
            samples.add(watch.sample(second, benchNanos));
        } catch (IOException e) {
            say("the server doesn't answer: %s", e);
        }
    }

    /** Waits for what is under way, as long as something moves or may move. */
    private void drain(Crowd crowd) throws InterruptedException {
        Crowd.Pulse pulse = crowd.pulse();
        for (int i = 0; i < GRACE_SECONDS * 10 && (pulse.waiting() > 0 || i < 5) && gateway.alive(); i++) {
            sleepUntil(System.nanoTime() + POLL);
            pulse = crowd.pulse();
        }
    }

    private SlowResult result(Crowd crowd) throws IOException {
        Account account = crowd.account();
        boolean alive = gateway.alive();
        Map<Phase, Latency> latencies = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            latencies.put(phase, latency(crowd.windows(), phase));
        }
        CatchUps catchUps = crowd.catchUps();
        return new SlowResult(
                Map.copyOf(account.counts()),
                new SlowResult.Missing(crowd.missing(false), crowd.missing(true)),
                crowd.distinct(),
                new SlowResult.Closes(
                        account.healthyCloses(), account.stoppedCloses(), alive ? watch.slowConsumers() : 0),
                new SlowResult.CatchUp(
                        catchUps.done(),
                        catchUps.expected(),
                        catchUps.median() / (double) SECOND,
                        catchUps.slowest() / (double) SECOND),
                latencies,
                crowd.windows().p99Millis(),
                Windows.p99Millis(crowd.lags()),
                List.copyOf(samples),
                new SlowResult.Server(alive, gateway.fault().orElse(""), alive ? watch.peakRss() : 0),
                account.witnesses());
    }

    private Latency latency(Windows windows, Phase phase) {
        Histogram histogram = windows.of(phase);
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / MILLI,
                Windows.p99Millis(histogram),
                windows.medianP99Millis(phase),
                histogram.getMaxValue() / MILLI,
                cores(phase, MemorySample::serverNanos),
                cores(phase, MemorySample::benchNanos),
                Math.max(0, cores(phase, SlowRun::otherNanos)));
    }

    private static long otherNanos(MemorySample sample) {
        return sample.machineNanos() - sample.serverNanos() - sample.benchNanos();
    }

    /** How many cores were used between the first and the last sample of a phase. */
    private double cores(Phase phase, ToLongFunction<MemorySample> cpu) {
        List<MemorySample> inside = samples.stream()
                .filter(sample -> plan.timeline().at((long) (sample.second() * SECOND)) == phase)
                .toList();
        if (inside.size() < 2) {
            return 0;
        }
        MemorySample first = inside.get(0);
        MemorySample last = inside.get(inside.size() - 1);
        return (cpu.applyAsLong(last) - cpu.applyAsLong(first)) / ((last.second() - first.second()) * SECOND);
    }

    private void say(String format, Object... values) {
        progress.printf(Locale.ROOT, format + "%n", values);
        progress.flush();
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        for (long wait = nanos - System.nanoTime(); wait > 0; wait = nanos - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }
}
