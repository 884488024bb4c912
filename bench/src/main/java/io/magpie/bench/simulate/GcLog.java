package io.magpie.bench.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pauses in a JVM's unified log: all that stopped every thread, but for collections that the bench asked for. */
record GcLog(List<Pause> pauses) {
    /** What makes a JVM write such a log: one line a pause, with the JVM's uptime. */
    static final String FLAG = "-Xlog:gc,gc+phases:file=%s:uptimemillis";

    /** {@code [5123ms] GC(3) Pause Young (Normal) (G1 Evacuation Pause) 30M->20M(64M) 7.512ms}. */
    private static final Pattern LINE =
            Pattern.compile("\\[(\\d+)ms\\] GC\\(\\d+\\) (?:\\w: )?(Pause .*?) ?(?:\\S+\\(\\S+\\) )?(\\d+\\.\\d+)ms");

    private static final String ASKED_FOR = "(System.gc())";

    /**
     * A pause.
     *
     * @param atMillis the JVM's uptime at its end
     */
    record Pause(long atMillis, String what, double millis) {}

    /** How often and how long the JVM stood still in a part of the run. */
    record Summary(int count, double longestMillis, double totalMillis) {}

    GcLog {
        pauses = List.copyOf(pauses);
    }

    /** Reads a log; lines that are no pauses are skipped. */
    static GcLog parse(Collection<String> lines) {
        List<Pause> pauses = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && !line.contains(ASKED_FOR)) {
                pauses.add(new Pause(
                        Long.parseLong(matcher.group(1)), matcher.group(2), Double.parseDouble(matcher.group(3))));
            }
        }
        return new GcLog(pauses);
    }

    /** The pauses that ended between two uptimes. */
    Summary between(long beginMillis, long endMillis) {
        List<Double> all = pauses.stream()
                .filter(pause -> pause.atMillis >= beginMillis && pause.atMillis <= endMillis)
                .map(Pause::millis)
                .toList();
        return new Summary(
                all.size(),
                all.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).sum());
    }
}
