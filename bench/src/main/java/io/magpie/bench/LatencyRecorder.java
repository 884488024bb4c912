package io.magpie.bench;

import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * The latencies of one event loop, in nanoseconds with three significant digits; what is longer than
 * {@value #MAX_SECONDS} s counts as that.
 *
 * <p>Owner: one event loop; the main thread merges the recorders when the loops have ended.
 */
final class LatencyRecorder {
    private static final int MAX_SECONDS = 300;
    private static final long MAX = MAX_SECONDS * 1_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram deliveries = histogram();
    private final Histogram lags = histogram();
    private long measureFrom = Long.MAX_VALUE;
    private long lastSent = Long.MIN_VALUE;

    /** Only messages that should be sent from this time on are recorded. */
    void measureFrom(long nanos) {
        measureFrom = nanos;
    }

    /** A message that should have been sent at {@code intended} was delivered at {@code now}. */
    void delivered(long intended, long now) {
        if (intended >= measureFrom) {
            record(deliveries, now - intended);
        }
    }

    /**
     * A message that should have been sent at {@code intended} is sent at {@code now}.
     *
     * @return whether it is one of those that are measured
     */
    boolean sent(long intended, long now) {
        if (intended < measureFrom) {
            return false;
        }
        record(lags, now - intended);
        lastSent = now;
        return true;
    }

    Histogram deliveries() {
        return deliveries;
    }

    Histogram lags() {
        return lags;
    }

    /** When the last measured message was sent; {@link Long#MIN_VALUE} if none was. */
    long lastSent() {
        return lastSent;
    }

    /** One histogram of all recorders together. */
    static Histogram merge(List<LatencyRecorder> recorders, Function<LatencyRecorder, Histogram> which) {
        Histogram sum = histogram();
        recorders.forEach(recorder -> sum.add(which.apply(recorder)));
        return sum;
    }

    private static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.min(Math.max(nanos, 0), MAX));
    }

    private static Histogram histogram() {
        return new Histogram(MAX, DIGITS);
    }
}
