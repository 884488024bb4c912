package io.magpie.bench.idle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The live objects of a JVM by class, as {@code jcmd PID GC.class_histogram} prints them after a full collection.
 * Immutable.
 */
record ClassHistogram(Map<String, Row> rows) {
    /** {@code   12:   15000   960000  java.util.HashMap$Node (java.base@17.0.15)}. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S.*)");

    private static final Pattern ARRAY = Pattern.compile("(\\[+)(?:([ZBCSIJFD])|L(.+);)");

    private static final Map<String, String> PRIMITIVES = Map.of(
            "Z", "boolean", "B", "byte", "C", "char", "S", "short", "I", "int", "J", "long", "F", "float", "D",
            "double");

    /** The objects of one class. */
    record Row(long instances, long bytes) {
        Row plus(Row other) {
            return new Row(instances + other.instances, bytes + other.bytes);
        }
    }

    /**
     * What one session has more of.
     *
     * @param type the class, arrays as in Java source
     */
    record Share(String type, double instances, double bytes) {}

    ClassHistogram {
        rows = Map.copyOf(rows);
    }

    /** Reads the output of the command. Classes of one name from several loaders are one. */
    static ClassHistogram parse(Collection<String> output) {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String line : output) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                Row row = new Row(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
                rows.merge(type(matcher.group(3)), row, Row::plus);
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no class histogram: " + String.join(" | ", output));
        }
        return new ClassHistogram(rows);
    }

    /** Bytes of all live objects. */
    long bytes() {
        return rows.values().stream().mapToLong(Row::bytes).sum();
    }

    /** The growth since an earlier histogram, divided by a number of sessions; the most bytes first. */
    List<Share> since(ClassHistogram earlier, int sessions) {
        List<Share> shares = new ArrayList<>();
        Row none = new Row(0, 0);
        rows.forEach((type, row) -> {
            Row before = earlier.rows.getOrDefault(type, none);
            shares.add(new Share(
                    type,
                    (double) (row.instances - before.instances) / sessions,
                    (double) (row.bytes - before.bytes) / sessions));
        });
        shares.sort(Comparator.comparingDouble(Share::bytes).reversed().thenComparing(Share::type));
        return shares;
    }

    /** A class as in Java source: without its module, a lambda without its number and address. */
    private static String type(String printed) {
        String name = printed.replaceFirst(" \\(.*\\)$", "").replaceFirst("\\$\\$Lambda.*", "\\$\\$Lambda");
        Matcher array = ARRAY.matcher(name);
        if (!array.matches()) {
            return name;
        }
        String element = array.group(2) == null ? array.group(3) : PRIMITIVES.get(array.group(2));
        return element + "[]".repeat(array.group(1).length());
    }
}
