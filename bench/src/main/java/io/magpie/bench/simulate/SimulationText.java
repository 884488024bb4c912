package io.magpie.bench.simulate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints a report as text, and as a part of a Markdown document. */
final class SimulationText {
    private static final double KIBI = 1_024;
    private static final double MEBI = 1_048_576;

    private final SimulationReport report;

    /** A table: its first row is the head. */
    private record Table(String title, List<List<String>> rows) {}

    SimulationText(SimulationReport report) {
        this.report = report;
    }

    /** Prints all tables. */
    void print(PrintWriter out) {
        out.println(summary());
        for (Table table : tables()) {
            out.println();
            out.println(table.title());
            int[] widths = widths(table);
            for (List<String> row : table.rows()) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < row.size(); i++) {
                    line.append(i == 0 ? "" : "  ").append(pad(row.get(i), widths[i], i > 0));
                }
                out.println(line.toString().stripTrailing());
            }
        }
        report.notes().forEach(out::println);
        out.flush();
    }

    /**
     * The report as a part of a Markdown document, between its markers.
     *
     * @param picture the growth curve's address
     */
    String document(String picture) {
        return "<!-- simulate:begin -->\n" + markdown(picture) + "<!-- simulate:end -->\n";
    }

    /**
     * The report as Markdown.
     *
     * @param picture the growth curve's address
     */
    String markdown(String picture) {
        StringBuilder text = new StringBuilder(summary())
                .append("\n\n![Live heap against sessions](")
                .append(picture)
                .append(")\n");
        for (Table table : tables()) {
            text.append('\n').append(table.title()).append("\n\n");
            List<List<String>> rows = table.rows();
            text.append(row(rows.get(0)))
                    .append("|---".repeat(rows.get(0).size()))
                    .append("|\n");
            rows.stream().skip(1).map(SimulationText::row).forEach(text::append);
        }
        report.notes().forEach(note -> text.append('\n').append(note).append('\n'));
        return text.toString();
    }

    private String summary() {
        String jdk = report.runs().stream()
                .map(run -> run.result().jdk())
                .findFirst()
                .orElse(report.environment().jdk());
        return String.format(
                Locale.ROOT,
                "%,d simulated sessions in one room, without sockets; %d event loop(s), which also carry the clients;"
                        + " heap %s; %s; %s, %d cores; %s.",
                report.options().sessions(),
                report.options().loops(),
                report.heap(),
                jdk,
                report.environment().cpu(),
                report.environment().cores(),
                report.environment().date());
    }

    private List<Table> tables() {
        return List.of(growth(), broadcasts(), heartbeat(), waits());
    }

    private Table growth() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("collector", "sessions", "live heap", "heap/session", "direct/session", "RSS", "connects/s"));
        for (SimulationReport.Run run : report.runs()) {
            List<SimulationResult.Point> points = run.result().growth();
            for (SimulationResult.Point point : points) {
                boolean last = point.equals(points.get(points.size() - 1));
                rows.add(List.of(
                        run.collector(),
                        number("%,.0f", point.sessions()),
                        point.measurable() ? number("%,.0f MiB", point.heapBytes() / MEBI) : "below 1 MiB",
                        point.measurable() ? number("%.2f KiB", point.heapPerSession() / KIBI) : "",
                        number("%.2f KiB", point.directPerSession() / KIBI),
                        number("%,.0f MiB", point.rssBytes() / MEBI),
                        last ? number("%,.0f", run.result().connectsPerSecond()) : ""));
            }
        }
        return new Table(
                "Memory of the sessions after full collections, as the collector counts it, some in whole regions: what it"
                        + " shows as less than 1 MiB can't be told from what the rest of the process gains or loses. RSS is"
                        + " the whole process's, with all of its heap that was ever touched.",
                rows);
    }

    private Table broadcasts() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("collector", "members", "first", "last", "last, worst", "per member"));
        for (SimulationReport.Run run : report.runs()) {
            for (SimulationResult.Broadcast broadcast : run.result().broadcasts()) {
                rows.add(List.of(
                        run.collector(),
                        number("%,.0f", broadcast.members()),
                        number("%.2f ms", broadcast.firstMillis()),
                        number("%.2f ms", broadcast.lastMillis()),
                        number("%.2f ms", broadcast.worstMillis()),
                        broadcast.members() == 1
                                ? ""
                                : number("%.2f µs", broadcast.lastMillis() * 1_000 / broadcast.members())));
            }
        }
        return new Table(
                "One broadcast, from the publisher's frame to the first and to the last member (median of "
                        + report.options().rounds() + ", and the worst), all sessions being connected.",
                rows);
    }

    private Table heartbeat() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("collector", "watched", "CPU per second", "pings/s", "CPU per ping and pong"));
        for (SimulationReport.Run run : report.runs()) {
            SimulationResult.Heartbeat beat = run.result().heartbeat();
            rows.add(List.of(
                    run.collector(),
                    number("%.0f s", beat.seconds()),
                    number("%.0f ms", beat.cpuMillisPerSecond()),
                    number("%,.0f", beat.pingsPerSecond()),
                    number("%.2f µs", beat.cpuMicrosPerPing())));
        }
        return new Table("Heartbeat of all sessions, at the default interval.", rows);
    }

    private Table waits() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "collector",
                "phase",
                "longest wait",
                "p99",
                "target",
                "longest turn",
                "GC pauses",
                "longest",
                "total"));
        for (SimulationReport.Run run : report.runs()) {
            for (SimulationResult.Phase phase : run.result().phases()) {
                GcLog.Summary gc = run.collections().getOrDefault(phase.name(), new GcLog.Summary(0, 0, 0));
                rows.add(List.of(
                        run.collector(),
                        phase.name(),
                        number("%.2f ms", phase.longestWaitMillis()),
                        number("%.2f ms", phase.p99WaitMillis()),
                        run.steady().contains(phase) ? verdict(phase.longestWaitMillis()) : "",
                        number("%.2f ms", phase.longestTurnMillis()),
                        number("%.0f", gc.count()),
                        number("%.2f ms", gc.longestMillis()),
                        number("%.1f ms", gc.totalMillis())));
            }
        }
        return new Table(
                "How long a loop lets a new task wait, found by a task posted to each loop every "
                        + LoopPulse.EVERY.toMillis() + " ms (target: at most "
                        + number("%.0f ms", SimulationReport.LONGEST_MILLIS)
                        + "); a loop's longest turn, in which it runs all tasks that it has before it looks at its"
                        + " sockets again; and the collector's pauses in the same time.",
                rows);
    }

    private static String verdict(double millis) {
        return millis <= SimulationReport.LONGEST_MILLIS ? "met" : "missed";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static int[] widths(Table table) {
        int[] widths = new int[table.rows().get(0).size()];
        for (List<String> row : table.rows()) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String pad(String cell, int width, boolean right) {
        String space = " ".repeat(width - cell.length());
        return right ? space + cell : cell + space;
    }
}
