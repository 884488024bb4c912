package io.magpie.gateway.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/** Findings as people read them, in 120 columns, and as machines do. Immutable. */
public final class Report {
    private static final int WIDTH = 120;
    private static final int LEVEL = 9;
    private static final int WHAT = 17;
    private static final String INDENT = " ".repeat(LEVEL + WHAT);

    private final Ansi ansi;

    /** @param ansi colours the levels, if they are to be coloured */
    public Report(Ansi ansi) {
        this.ansi = ansi;
    }

    /** A finding as one line, or several: what to do about it stands below it. */
    public String text(Finding finding) {
        List<String> lines = new ArrayList<>(wrap(printable(finding.found()), WIDTH - INDENT.length()));
        if (!finding.advice().isEmpty()) {
            List<String> advice = wrap(printable(finding.advice()), WIDTH - INDENT.length() - 2);
            lines.add("> " + advice.get(0));
            advice.stream().skip(1).forEach(line -> lines.add("  " + line));
        }
        String first = level(finding.level()) + pad(finding.what(), WHAT) + lines.get(0);
        return Stream.concat(Stream.of(first), lines.stream().skip(1).map(line -> INDENT + line))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private String level(Finding.Level level) {
        String style = switch (level) {
            case OK -> "green";
            case SKIPPED -> "faint";
            case WARN -> "bold,yellow";
            case FAIL -> "bold,red";
        };
        return ansi.string("@|" + style + " " + level + "|@")
                + " ".repeat(LEVEL - level.name().length());
    }

    /** How many there are of each level. */
    public String summary(List<Finding> findings) {
        return Stream.of(Finding.Level.FAIL, Finding.Level.WARN, Finding.Level.OK, Finding.Level.SKIPPED)
                .map(level -> findings.stream()
                                .filter(finding -> finding.level() == level)
                                .count()
                        + " " + level)
                .collect(Collectors.joining(", "));
    }

    /** All of them as a JSON array of objects with {@code level}, {@code what}, {@code found} and {@code advice}. */
    public static String json(List<Finding> findings) {
        List<Map<String, String>> all = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, String> one = new LinkedHashMap<>();
            one.put("level", finding.level().name().toLowerCase(Locale.ROOT));
            one.put("what", finding.what());
            one.put("found", printable(finding.found()));
            one.put("advice", printable(finding.advice()));
            all.add(one);
        }
        try {
            return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings can always be written", e);
        }
    }

    /** Some of it came from elsewhere, and a terminal acts on control characters. */
    private static String printable(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?").trim();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int end = rest.lastIndexOf(' ', width);
            int cut = end <= 0 ? width : end;
            lines.add(rest.substring(0, cut));
            rest = rest.substring(cut).trim();
        }
        lines.add(rest);
        return lines;
    }
}
