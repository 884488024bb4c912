package io.magpie.bench.compare.load;

import org.HdrHistogram.Histogram;

/**
 * Counts deliveries, and how long they took for the messages that were due from a given moment on.
 *
 * <p>Owner: the event loop of the load.
 */
final class Meter {
    private static final long MAX_NANOS = 300_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram latencies = new Histogram(MAX_NANOS, DIGITS);
    private long deliveries;
    private long bytes;
    private long from = Long.MAX_VALUE;

    /** Forgets what was recorded; records messages that are due from {@code nanos} on. */
    void recordFrom(long nanos) {
        latencies.reset();
        from = nanos;
    }

    /** {@code count} members got, at {@code now}, a message that was due at {@code due}; or one got as many messages. */
    void took(long due, long now, int count) {
        deliveries += count;
        if (due >= from) {
            latencies.recordValueWithCount(Math.min(Math.max(0, now - due), MAX_NANOS), count);
        }
    }

    /** {@code count} deliveries didn't come, though the message was due at {@code due}: they took longer than that. */
    void missing(long due, long now, int count) {
        if (due >= from) {
            latencies.recordValueWithCount(Math.min(Math.max(0, now - due), MAX_NANOS), count);
        }
    }

    /** So many bytes were received, whatever they were. */
    void received(int count) {
        bytes += count;
    }

    /** Bytes received since the beginning, over all members. */
    long bytes() {
        return bytes;
    }

    /** Deliveries since the beginning. */
    long deliveries() {
        return deliveries;
    }

    Histogram latencies() {
        return latencies;
    }
}
