package io.magpie.gateway.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with one record, so that all of it is told at once. Confined to one constructor call. */
final class Constraints {
    private final List<String> problems = new ArrayList<>();

    Constraints range(String key, long value, long min, long max) {
        return check(value >= min && value <= max, key, "must be " + min + " to " + max + ", is " + value);
    }

    Constraints range(String key, ByteSize value, ByteSize min, ByteSize max) {
        return check(
                value.bytes() >= min.bytes() && value.bytes() <= max.bytes(),
                key,
                "must be " + min + " to " + max + ", is " + value);
    }

    Constraints range(String key, Duration value, Duration min, Duration max) {
        return check(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                key,
                "must be " + Durations.format(min) + " to " + Durations.format(max) + ", is "
                        + Durations.format(value));
    }

    Constraints check(boolean ok, String key, String problem) {
        if (!ok) {
            problems.add(key + ": " + problem);
        }
        return this;
    }

    /** Ends the constructor with all problems, one a line. */
    void verify() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }
}
