package io.magpie.bench.slow;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * When each message should be sent and which phase it belongs to, in nanoseconds from the start of the run. The times
 * don't depend on what the server does (open model).
 *
 * @param rate messages per second
 * @param lengths of all phases, in whole seconds; a phase may be left out
 */
record Timeline(double rate, Map<Phase, Duration> lengths) {
    private static final double NANOS = 1e9;

    Timeline {
        lengths = Map.copyOf(new EnumMap<>(lengths));
    }

    /** How many messages there are. */
    int total() {
        return (int) Math.round(rate * seconds());
    }

    /** How long the run is, in seconds. */
    int seconds() {
        return (int) (end(Phase.AFTER) / (long) NANOS);
    }

    /** When message {@code number} (0, 1, 2 …) should be sent. */
    long intended(long number) {
        return (long) (number * NANOS / rate);
    }

    /** When a phase begins. */
    long start(Phase phase) {
        return end(phase) - length(phase);
    }

    /** When a phase ends. */
    long end(Phase phase) {
        long end = 0;
        for (Phase each : Phase.values()) {
            end += each.compareTo(phase) <= 0 ? length(each) : 0;
        }
        return end;
    }

    /** The phase of a moment; the last one for what is later. */
    Phase at(long nanos) {
        for (Phase phase : Phase.values()) {
            if (nanos < end(phase)) {
                return phase;
            }
        }
        return Phase.AFTER;
    }

    private long length(Phase phase) {
        return lengths.getOrDefault(phase, Duration.ZERO).toNanos();
    }
}
