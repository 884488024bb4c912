package io.magpie.bench.acks;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What happened in the time of one measurement.
 *
 * @param sent messages in that time
 * @param oks answers in that time
 * @param loadBusyNanos in which the load had something to do
 * @param othersCpuNanos of everything that is neither the gateway nor the load
 * @param latencies of the messages that were due in that time or while the last answers were waited for, in nanoseconds
 * @param lags how late they were published
 * @param unanswered messages that had no answer in the end
 * @param faults answers that were wrong, and more that shouldn't happen
 */
record Measured(
        long nanos,
        long sent,
        long oks,
        long serverCpuNanos,
        long loadBusyNanos,
        long othersCpuNanos,
        Histogram latencies,
        Histogram lags,
        int unanswered,
        int faults,
        List<String> witnesses) {}
