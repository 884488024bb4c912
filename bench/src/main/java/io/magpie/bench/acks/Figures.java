package io.magpie.bench.acks;

import io.magpie.bench.gateway.LogMode;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one measurement of one gateway gave. Latencies run from the moment at which a message was to be published to the
 * moment at which its {@code ok} was read.
 *
 * @param round from 1
 * @param messages that were published
 * @param oksPerSecond answers per second
 * @param cpuMicros CPU time of the gateway per answer, in microseconds
 * @param lagP99Millis how late the load published, at the 99th percentile
 * @param serverCores how much of a core the gateway used, 1.0 is all of it
 * @param loadCores how much of its core the load needed; it uses all of it, see {@code Spinning}
 * @param othersCores how much of a core everything else on the machine used; about 0 if the run had it to itself
 * @param unanswered messages without an answer 10 s after the end
 * @param faults answers that were wrong, and whatever else shouldn't happen
 */
record Figures(
        LogMode log,
        Load load,
        int round,
        long messages,
        double oksPerSecond,
        double cpuMicros,
        double p50Millis,
        double p99Millis,
        double p999Millis,
        double maxMillis,
        double lagP99Millis,
        double serverCores,
        double loadCores,
        double othersCores,
        int unanswered,
        int faults,
        List<String> witnesses) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;
    private static final double FAR_TAIL = 99.9;

    /** A gateway that answers less than this share of what is published falls behind. */
    private static final double SUSTAINED = 0.97;

    static Figures of(LogMode log, Load load, int round, Measured measured) {
        Histogram latencies = measured.latencies();
        return new Figures(
                log,
                load,
                round,
                measured.sent(),
                measured.oks() * NANOS_PER_SECOND / measured.nanos(),
                measured.serverCpuNanos() / NANOS_PER_MICRO / measured.oks(),
                latencies.getValueAtPercentile(MEDIAN) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(TAIL) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(FAR_TAIL) / NANOS_PER_MILLI,
                latencies.getMaxValue() / NANOS_PER_MILLI,
                measured.lags().getValueAtPercentile(TAIL) / NANOS_PER_MILLI,
                (double) measured.serverCpuNanos() / measured.nanos(),
                (double) measured.loadBusyNanos() / measured.nanos(),
                (double) measured.othersCpuNanos() / measured.nanos(),
                measured.unanswered(),
                measured.faults(),
                measured.witnesses());
    }

    /** Whether the gateway answered as fast as was published, at the rate that was wanted; two may be under way. */
    boolean sustained(double seconds) {
        double wanted = load.closed() ? 0 : load.rate() * SUSTAINED - 2 / seconds;
        return unanswered == 0 && oksPerSecond >= wanted;
    }
}
