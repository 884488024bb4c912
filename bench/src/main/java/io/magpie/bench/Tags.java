package io.magpie.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How often each of some texts came; from the {@value #MAX}th text on all are counted as one.
 *
 * <p>Owner: the {@link Ledger} it is part of.
 */
final class Tags {
    private static final int MAX = 20;
    private static final String OTHERS = "others";

    private final Map<String, Long> counts = new TreeMap<>();

    void add(String text) {
        add(text, 1);
    }

    void addAll(Tags other) {
        other.counts.forEach(this::add);
    }

    /** The counts; a view. */
    @JsonValue
    Map<String, Long> asMap() {
        return Collections.unmodifiableMap(counts);
    }

    /** For a sentence: {@code rate_limited ×5, busy ×1}. */
    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " ×" + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void add(String text, long count) {
        boolean known = counts.containsKey(text) || counts.size() < MAX - 1;
        counts.merge(known ? text : OTHERS, count, Long::sum);
    }
}
