package io.magpie.bench.acks;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.gateway.LogMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One run: starts a gateway with each kind of log, and measures them in turn, so that what disturbs the machine or its
 * disk hits all of them alike.
 *
 * <p>Owner: the main thread.
 */
final class AcksRun {
    private static final double NANOS_PER_SECOND = 1e9;

    private final AcksPlan plan;
    private final GatewayStart start;
    private final Measuring measuring;
    private final Consumer<String> progress;
    private final List<GatewayProcess> processes = new ArrayList<>();
    private final List<LoggingGateway> gateways = new ArrayList<>();
    private final List<Figures> figures = new ArrayList<>();
    private final List<Fsync> fsyncs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * What came out.
     *
     * @param fsyncs the disk's own time, before each round and after the last one
     * @param problems in the warm-up, and what gateways told of in their logs
     */
    record Result(List<Figures> figures, List<Fsync> fsyncs, List<String> problems) {
        Result {
            figures = List.copyOf(figures);
            fsyncs = List.copyOf(fsyncs);
            problems = List.copyOf(problems);
        }
    }

    /** @param progress gets a line for each step */
    AcksRun(AcksPlan plan, GatewayStart start, Measuring measuring, Consumer<String> progress) {
        this.plan = plan;
        this.start = start;
        this.measuring = measuring;
        this.progress = progress;
    }

    /** @throws IOException if a gateway doesn't start, doesn't let the publishers in, or ends */
    Result run() throws IOException, InterruptedException {
        try {
            for (LogMode log : plan.logs()) {
                open(log);
            }
            for (int round = 1; round <= plan.rounds(); round++) {
                probe("before round " + round);
                for (Load load : plan.loads()) {
                    measure(load, round);
                }
            }
            probe("after the last round");
            for (LoggingGateway gateway : gateways) {
                gateway.process().fault().ifPresent(fault -> problems.add(gateway.log() + ": " + fault));
            }
            return new Result(figures, fsyncs, problems);
        } finally {
            processes.forEach(GatewayProcess::close);
        }
    }

    private void open(LogMode log) throws IOException, InterruptedException {
        progress.accept("starting and warming up: " + log);
        GatewayProcess process = start.start(log);
        processes.add(process);
        String run = Long.toHexString(RandomGenerator.getDefault().nextLong(Integer.MAX_VALUE));
        LoggingGateway gateway = new LoggingGateway(log, process, measuring.open(plan.crowd(), process.open(), run));
        gateways.add(gateway);
        warmUp(gateway);
    }

    /** The heaviest load of each kind, for half of the time: it makes the compiler work most. */
    private void warmUp(LoggingGateway gateway) throws IOException, InterruptedException {
        Comparator<Load> byWeight = Comparator.comparingInt(Load::window).thenComparingInt(Load::rate);
        List<Load> heaviest = Stream.of(true, false)
                .flatMap(closed -> plan.loads().stream().filter(load -> load.closed() == closed).max(byWeight).stream())
                .toList();
        Duration each = seconds(plan.warmup() / heaviest.size());
        for (Load load : heaviest) {
            if (!each.isZero()) {
                Measured measured = measuring.measure(
                        gateway.fleet(), load, gateway.process().pid(), each);
                measured.witnesses().forEach(fault -> problems.add(gateway.log() + ", warm-up: " + fault));
            }
        }
    }

    private void measure(Load load, int round) throws IOException, InterruptedException {
        List<LoggingGateway> order = new ArrayList<>(gateways);
        // Whoever comes first in one round comes last in the next.
        Collections.rotate(order, 1 - round);
        for (LoggingGateway gateway : order) {
            Measured measured =
                    measuring.measure(gateway.fleet(), load, gateway.process().pid(), seconds(plan.measured()));
            Figures one = Figures.of(gateway.log(), load, round, measured);
            figures.add(one);
            progress.accept(AcksText.progress(one, plan));
        }
    }

    private void probe(String when) throws IOException, InterruptedException {
        Path directory = start.directory();
        Fsync fsync = measuring.fsync(directory);
        fsyncs.add(fsync);
        progress.accept(String.format(
                Locale.ROOT,
                "the disk itself, %s: fdatasync p50 %.3f ms, p99 %.3f ms",
                when,
                fsync.p50Millis(),
                fsync.p99Millis()));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * NANOS_PER_SECOND));
    }
}
