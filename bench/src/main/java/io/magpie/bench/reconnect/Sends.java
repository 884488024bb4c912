package io.magpie.bench.reconnect;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What became of the messages that were sent in one {@link Window}. Times are in milliseconds, from the moment at which a
 * message should have been sent to its {@code ok}.
 *
 * @param unknown not answered when their connection ended
 * @param refused by error code
 * @param lagP99 how late they were sent, which is a part of the times: the load's own lag, and nobody who could send
 */
record Sends(
        long sent,
        long accepted,
        long unknown,
        Map<String, Integer> refused,
        double p50,
        double p99,
        double max,
        double lagP99) {
    /** Titles for {@link #row}. */
    static final List<String> HEAD = List.of(
            "sends", "sent", "ok", "unknown", "refused", "p50 ms", "p99 ms", "max ms", "of it the load's lag, p99 ms");

    private static final double MILLI = 1e6;
    private static final double MEDIAN = 50;
    private static final double HIGH = 99;

    static Sends of(long sent, long unknown, Map<String, Integer> refused, Histogram latencies, Histogram lags) {
        return new Sends(
                sent,
                latencies.getTotalCount(),
                unknown,
                refused,
                latencies.getValueAtPercentile(MEDIAN) / MILLI,
                latencies.getValueAtPercentile(HIGH) / MILLI,
                latencies.getMaxValue() / MILLI,
                lags.getValueAtPercentile(HIGH) / MILLI);
    }

    /** As a row of a table. */
    List<String> row(String when) {
        return List.of(
                when,
                count(sent),
                count(accepted),
                count(unknown),
                refused.isEmpty() ? "0" : refused.toString(),
                millis(p50),
                millis(p99),
                millis(max),
                millis(lagP99));
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }
}
