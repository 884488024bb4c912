package io.magpie.bench.compare;

import io.magpie.bench.compare.load.Window;
import java.util.List;

/**
 * What one measurement of one server gave.
 *
 * @param round from 1
 * @param receivers the members of a room that read
 * @param cpuMicros CPU time of the server per delivery, in microseconds
 * @param bytesEach bytes that a member received per delivery, frame headers and all
 * @param serverCores how much of a core the server used, 1.0 is all of it
 * @param loadCores how much of its core the load needed; it uses all of it, see {@code Spinning}
 * @param othersCores how much of a core everything else on the machine used; about 0 if the run had it to itself
 * @param missing deliveries of messages published in the window beyond those that were made in it; about 0, also below
 *     0, if the server keeps up
 * @param undelivered messages that weren't everywhere when the time for the last deliveries was over
 * @param faults how often the server lost, doubled or reordered something, or closed a connection
 */
record Figures(
        Scenario scenario,
        Contestant contestant,
        Level level,
        int round,
        int receivers,
        long deliveries,
        double cpuMicros,
        double bytesEach,
        double deliveriesPerSecond,
        double p50Millis,
        double p99Millis,
        double serverCores,
        double loadCores,
        double othersCores,
        long missing,
        int undelivered,
        int faults,
        List<String> witnesses) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    /** A server that leaves more than this share of what is published for later falls behind. */
    private static final double BEHIND = 0.03;

    static Figures of(Scenario scenario, Contestant contestant, Level level, int round, int receivers, Window window) {
        return new Figures(
                scenario,
                contestant,
                level,
                round,
                receivers,
                window.deliveries(),
                window.serverCpuNanos() / NANOS_PER_MICRO / window.deliveries(),
                (double) window.bytes() / window.deliveries(),
                window.deliveries() * NANOS_PER_SECOND / window.nanos(),
                window.latencies().getValueAtPercentile(MEDIAN) / NANOS_PER_MILLI,
                window.latencies().getValueAtPercentile(TAIL) / NANOS_PER_MILLI,
                (double) window.serverCpuNanos() / window.nanos(),
                (double) window.loadBusyNanos() / window.nanos(),
                (double) window.othersCpuNanos() / window.nanos(),
                window.published() * receivers - window.deliveries(),
                window.undelivered(),
                window.faults(),
                window.witnesses());
    }

    /** Whether the server delivered as fast as was published; two messages may always be under way. */
    boolean sustained() {
        double allowed = Math.max(BEHIND * (deliveries + missing), 2.0 * receivers);
        return undelivered == 0 && (level.closed() || missing <= allowed);
    }
}
