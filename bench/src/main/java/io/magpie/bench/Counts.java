package io.magpie.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One number for each {@link Count}.
 *
 * <p>Owner: whoever made it; what crosses from a loop to the main thread is a copy.
 */
final class Counts {
    private final long[] values = new long[Count.values().length];

    long get(Count count) {
        return values[index(count)];
    }

    void add(Count count, long amount) {
        values[index(count)] += amount;
    }

    void increment(Count count) {
        values[index(count)]++;
    }

    void addAll(Counts other) {
        for (int i = 0; i < values.length; i++) {
            values[i] += other.values[i];
        }
    }

    Counts copy() {
        Counts copy = new Counts();
        copy.addAll(this);
        return copy;
    }

    /** Every count by its name in camel case, in the order of {@link Count}. */
    @JsonValue
    Map<String, Long> asMap() {
        Map<String, Long> map = new LinkedHashMap<>();
        for (Count count : Count.values()) {
            map.put(camelCase(count.name()), get(count));
        }
        return map;
    }

    // An EnumMap would box a number for each delivery; the indices stay inside this class.
    @SuppressWarnings("EnumOrdinal")
    private static int index(Count count) {
        return count.ordinal();
    }

    private static String camelCase(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            boolean upper = i > 0 && name.charAt(i - 1) == '_';
            if (name.charAt(i) != '_') {
                text.append(
                        upper
                                ? name.substring(i, i + 1)
                                : name.substring(i, i + 1).toLowerCase(Locale.ROOT));
            }
        }
        return text.toString();
    }
}
