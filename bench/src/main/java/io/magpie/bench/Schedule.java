package io.magpie.bench;

import java.time.Duration;

/**
 * When each message is meant to be sent, whatever happened to those before it: message {@code i} of the measured ones at
 * {@code measureFrom + i / rate}. Latency counts from these times, so that a server that stalls is charged for the
 * messages that it kept waiting (no coordinated omission).
 *
 * <p>In the warm-up the rate rises evenly from nothing to the full rate, so that compilers of both sides are done before
 * there is a backlog to work off.
 *
 * @param start nanoseconds, on the clock of the run
 * @param rate messages per second
 * @param warmup messages before those that are measured
 * @param measured messages that are measured
 */
record Schedule(long start, double rate, long warmup, long measured) {
    private static final double NANOS = 1e9;

    /** The schedule of a plan; at least one message is measured. */
    static Schedule of(BenchPlan plan, long start) {
        double rate = plan.load().rate();
        long warmup = Math.round(rate / 2 * seconds(plan.phases().warmup()));
        long measured = Math.max(1, Math.round(rate * seconds(plan.phases().duration())));
        return new Schedule(start, rate, warmup, measured);
    }

    /** How many messages there are. */
    long total() {
        return warmup + measured;
    }

    /** When message {@code index} is to be sent; {@code index} {@link #total} gives the end. */
    long intended(long index) {
        if (index < warmup) {
            // The time at which a rate that rises evenly has let so many messages pass.
            return start + (long) (2 * Math.sqrt((double) index * warmup) * NANOS / rate);
        }
        return start + (long) ((warmup + index) * NANOS / rate);
    }

    /** When measuring begins: at half the rate, the warm-up takes twice as long as its messages would. */
    long measureFrom() {
        return intended(warmup);
    }

    /** When measuring ends. */
    long end() {
        return intended(total());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }
}
