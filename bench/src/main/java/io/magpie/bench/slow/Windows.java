package io.magpie.bench.slow;

import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Latencies by the second in which the message should have been sent; in nanoseconds, three significant digits, what is
 * longer than a minute counts as a minute.
 *
 * <p>Owner: the loop of the {@link Crowd}; the main thread reads it when the loop has ended.
 */
final class Windows {
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX = 60 * SECOND;
    private static final int DIGITS = 3;
    private static final double PERCENTILE = 99;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Timeline timeline;
    private final Histogram[] seconds;

    Windows(Timeline timeline) {
        this.timeline = timeline;
        this.seconds = IntStream.range(0, timeline.seconds())
                .mapToObj(second -> new Histogram(MAX, DIGITS))
                .toArray(Histogram[]::new);
    }

    /** A delivery of a message that should have been sent {@code intended} after the start. */
    void record(long intended, long latency) {
        int second = (int) Math.min(intended / SECOND, seconds.length - 1L);
        seconds[second].recordValue(Math.min(Math.max(latency, 0), MAX));
    }

    /** All latencies of a phase. */
    Histogram of(Phase phase) {
        Histogram sum = new Histogram(MAX, DIGITS);
        for (int i = 0; i < seconds.length; i++) {
            if (timeline.at(i * SECOND) == phase) {
                sum.add(seconds[i]);
            }
        }
        return sum;
    }

    /** The p99 of each second of the run, in milliseconds; 0 where nothing was delivered. */
    List<Double> p99Millis() {
        return IntStream.range(0, seconds.length)
                .mapToObj(i -> p99Millis(seconds[i]))
                .toList();
    }

    /** The median of the seconds' p99 in a phase, in milliseconds, which one bad second doesn't move. */
    double medianP99Millis(Phase phase) {
        double[] sorted = IntStream.range(0, seconds.length)
                .filter(i -> timeline.at(i * SECOND) == phase)
                .mapToDouble(i -> p99Millis(seconds[i]))
                .sorted()
                .toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** The p99 of a histogram in milliseconds. */
    static double p99Millis(Histogram histogram) {
        return histogram.getValueAtPercentile(PERCENTILE) / NANOS_PER_MILLI;
    }
}
