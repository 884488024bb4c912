package io.magpie.bench.reconnect;

import java.util.List;
import java.util.stream.IntStream;

/** How many came in which time. Stateless. */
final class Rates {
    private Rates() {}

    /**
     * The most that came in any span of a length, wherever it begins.
     *
     * @param times in milliseconds, in ascending order
     */
    static int peak(List<Long> times, long lengthMillis) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= lengthMillis) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /**
     * How many came in each span of a length from 0 on; what comes after the last one isn't counted.
     *
     * @param times in milliseconds
     */
    static int[] buckets(List<Long> times, long lengthMillis, int count) {
        int[] buckets = new int[count];
        for (long time : times) {
            if (time >= 0 && time / lengthMillis < count) {
                buckets[(int) (time / lengthMillis)]++;
            }
        }
        return buckets;
    }

    /** The value below which a share of them lies; 0 if there is none. */
    static long quantile(List<Long> values, double share) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
    }

    /** Where each of some buckets has its middle, in seconds. */
    static List<Double> middles(long lengthMillis, int count) {
        return IntStream.range(0, count)
                .mapToObj(bucket -> (bucket + 0.5) * lengthMillis / 1_000)
                .toList();
    }
}
