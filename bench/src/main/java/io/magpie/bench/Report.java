package io.magpie.bench;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run, in the shape of its JSON file.
 *
 * @param reasons why the verdict is FAIL; empty if it is OK
 * @param options the plan as it was carried out, defaults filled in
 * @param server null if no process was probed to the end
 */
record Report(
        Verdict verdict,
        List<String> reasons,
        BenchPlan options,
        Environment environment,
        Rates rates,
        Percentiles latencyMillis,
        Counts counts,
        Tags failures,
        Tags errors,
        Tags closes,
        List<String> witnesses,
        @Nullable Server server,
        Bench bench) {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Whether the run is good. */
    enum Verdict {
        OK,
        FAIL
    }

    /** Per second, but for the time that connecting took. */
    record Rates(double connectSeconds, double target, double sent, double deliveries) {}

    /** Of deliveries, or of the bench's own lag, in milliseconds. */
    record Percentiles(long count, double p50, double p90, double p99, double p999, double max) {
        private static Percentiles of(Histogram nanos) {
            return new Percentiles(
                    nanos.getTotalCount(),
                    nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(90) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(99) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                    nanos.getMaxValue() / NANOS_PER_MILLI);
        }
    }

    /** What the server used; {@code cpuCores} 1.0 is one core fully busy. */
    record Server(double cpuCores, double cpuMicrosPerDelivery, long rssBytes, long peakRssBytes) {}

    /** What the bench used, and how late it was. */
    record Bench(double cpuCores, double busiestLoop, Percentiles lagMillis) {}

    /** The report on a run. */
    static Report of(BenchPlan plan, Environment environment, Measurement run) {
        List<String> reasons = Judge.reasons(plan, run);
        Tally tally = run.fleet().tally();
        return new Report(
                reasons.isEmpty() ? Verdict.OK : Verdict.FAIL,
                reasons,
                plan,
                environment,
                new Rates(
                        run.rampNanos() / NANOS_PER_SECOND,
                        plan.load().rate(),
                        run.sentPerSecond(),
                        run.deliveriesPerSecond()),
                Percentiles.of(run.fleet().latencies()),
                tally.counts(),
                tally.failures(),
                tally.errors(),
                tally.closes(),
                tally.witnesses(),
                server(run).orElse(null),
                new Bench(
                        run.benchCores(),
                        run.busiestLoop(),
                        Percentiles.of(run.fleet().lags())));
    }

    /** Writes the report as JSON. */
    void write(Path file) throws IOException {
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter().withLinefeed("\n"));
        mapper().writer(printer).writeValue(file.toFile(), this);
    }

    private static ObjectMapper mapper() {
        SimpleModule durations = new SimpleModule().addSerializer(Duration.class, ToStringSerializer.instance);
        return JsonMapper.builder().addModule(durations).build();
    }

    private static Optional<Server> server(Measurement run) {
        return Optional.ofNullable(run.after().server())
                .filter(last -> !Double.isNaN(run.serverCores()))
                .map(last -> new Server(
                        run.serverCores(), run.serverMicrosPerDelivery(), last.rssBytes(), last.peakRssBytes()));
    }
}
