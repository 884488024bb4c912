package io.magpie.bench;

import org.jspecify.annotations.Nullable;

/**
 * What a run measured.
 *
 * @param rampNanos how long connecting took
 * @param before when measuring began
 * @param after when the last measured message had been sent
 */
record Measurement(Schedule schedule, long rampNanos, Sample before, Sample after, FleetResult fleet) {
    private static final double NANOS = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;

    /** A count of the whole run. */
    long count(Count count) {
        return fleet.tally().counts().get(count);
    }

    /** Measured messages per second that were really sent: a pacer that came late lowers it. */
    double sentPerSecond() {
        long end = Math.max(schedule.end(), fleet.lastSent());
        return count(Count.SENT_MEASURED) * NANOS / (end - schedule.measureFrom());
    }

    /** Deliveries per second of the interval. */
    double deliveriesPerSecond() {
        return (after.deliveries() - before.deliveries()) / seconds();
    }

    /** The share of a core that the busiest event loop of the bench used. */
    double busiestLoop() {
        double busiest = 0;
        for (int i = 0; i < after.loopCpu().size(); i++) {
            long cpu = after.loopCpu().get(i) - before.loopCpu().get(i);
            busiest = Math.max(busiest, cpu / NANOS / seconds());
        }
        return busiest;
    }

    /** How many cores the bench used. */
    double benchCores() {
        return (after.benchCpu() - before.benchCpu()) / NANOS / seconds();
    }

    /** How many cores the server used, or NaN if that isn't known. */
    double serverCores() {
        return serverCpu() / NANOS / seconds();
    }

    /** Microseconds of the server's CPU per delivery, or NaN if that isn't known. */
    double serverMicrosPerDelivery() {
        return serverCpu() / NANOS_PER_MICRO / (after.deliveries() - before.deliveries());
    }

    private double serverCpu() {
        ServerProbe.@Nullable Sample first = before.server();
        ServerProbe.@Nullable Sample last = after.server();
        return first == null || last == null ? Double.NaN : last.cpuNanos() - first.cpuNanos();
    }

    private double seconds() {
        return (after.time() - before.time()) / NANOS;
    }
}
