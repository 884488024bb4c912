package io.magpie.bench.acks;

import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.BarPicture;
import io.magpie.bench.measure.Spread;
import io.magpie.bench.measure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as text. Values are medians over the rounds, with the lowest and the highest in brackets. Immutable. */
final class AcksText {
    private static final int PERCENT = 100;

    private final AcksReport report;
    private final Rows rows;

    AcksText(AcksReport report) {
        this.report = report;
        this.rows = new Rows(report.plan(), report.result());
    }

    /** One measurement in one line. */
    static String progress(Figures figures, AcksPlan plan) {
        return String.format(
                Locale.ROOT,
                "round %d/%d %-8s %-8s p50 %8.3f ms, p99 %8.3f ms, %,9.0f oks/s, %6.1f µs each, server %3.0f %%, load"
                        + " %3.0f %%%s",
                figures.round(),
                plan.rounds(),
                figures.load().name(),
                figures.log(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.oksPerSecond(),
                figures.cpuMicros(),
                figures.serverCores() * PERCENT,
                figures.loadCores() * PERCENT,
                figures.faults() == 0 ? "" : ", " + figures.faults() + " FAULTS: " + figures.witnesses());
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("\nFrom publishing to ok\n").append(latency().text());
        text.append("\nSustained rate\n").append(sustained().text());
        text.append("\nThe disk itself (")
                .append(report.fileSystem())
                .append(")\n")
                .append(disk().text());
        report.result()
                .problems()
                .forEach(line -> text.append("problem: ").append(line).append('\n'));
        return text.toString();
    }

    /** For a document that has the pictures in {@code img} beside it. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        for (BarPicture picture : AcksPictures.of(report)) {
            text.append("![")
                    .append(picture.title())
                    .append("](img/")
                    .append(picture.file())
                    .append(".png)\n\n");
        }
        text.append("From publishing to `ok`:\n\n").append(latency().markdown());
        text.append("\nSustained rate, each publisher keeping w messages unanswered:\n\n")
                .append(sustained().markdown());
        text.append("\nThe disk itself, a 4 KiB append and `fdatasync` at a time:\n\n")
                .append(disk().markdown());
        report.result()
                .problems()
                .forEach(line -> text.append("\nProblem: ").append(line).append('\n'));
        AcksPlan.Crowd crowd = report.plan().crowd();
        return text.append('\n').append(report.surroundings().markdown())
                + String.format(
                        Locale.ROOT,
                        "- %,d publishers in %,d rooms, texts of %,d bytes; data on %s%n",
                        crowd.publishers(),
                        crowd.rooms(),
                        crowd.size(),
                        report.fileSystem());
    }

    /** One row per rate and gateway. */
    private Table latency() {
        List<List<String>> lines = new ArrayList<>();
        for (Load load : rows.loads(false)) {
            for (LogMode log : report.plan().logs()) {
                List<String> line = new ArrayList<>(List.of(
                        load.name(),
                        log.title(),
                        rows.spread(log, load, Figures::p50Millis).cell("%.2f"),
                        rows.spread(log, load, Figures::p99Millis).cell("%.2f"),
                        rows.spread(log, load, Figures::p999Millis).cell("%.2f"),
                        String.format(
                                Locale.ROOT,
                                "%.2f",
                                rows.spread(log, load, Figures::maxMillis).max())));
                line.addAll(costs(log, load));
                lines.add(line);
            }
        }
        List<String> head = new ArrayList<>(List.of("messages", "log", "p50 ms", "p99 ms", "p99.9 ms", "max ms"));
        head.addAll(costTitles());
        return new Table(head, lines);
    }

    /** One row per window and gateway. */
    private Table sustained() {
        List<List<String>> lines = new ArrayList<>();
        for (Load load : rows.loads(true)) {
            for (LogMode log : report.plan().logs()) {
                List<String> line = new ArrayList<>(List.of(
                        load.name(),
                        log.title(),
                        rows.spread(log, load, Figures::oksPerSecond).cell("%,.0f"),
                        rows.spread(log, load, Figures::p50Millis).cell("%.2f"),
                        rows.spread(log, load, Figures::p99Millis).cell("%.2f")));
                line.addAll(costs(log, load));
                lines.add(line);
            }
        }
        List<String> head = new ArrayList<>(List.of("unanswered", "log", "oks/s", "p50 ms", "p99 ms"));
        head.addAll(costTitles());
        return new Table(head, lines);
    }

    private Table disk() {
        List<List<String>> lines = new ArrayList<>();
        int round = 0;
        for (Fsync fsync : report.result().fsyncs()) {
            round++;
            lines.add(List.of(
                    round > report.plan().rounds() ? "after the last round" : "before round " + round,
                    String.format(Locale.ROOT, "%,d", fsync.count()),
                    String.format(Locale.ROOT, "%.3f", fsync.p50Millis()),
                    String.format(Locale.ROOT, "%.3f", fsync.p99Millis()),
                    String.format(Locale.ROOT, "%.3f", fsync.maxMillis())));
        }
        return new Table(List.of("when", "times", "p50 ms", "p99 ms", "max ms"), lines);
    }

    private static List<String> costTitles() {
        return List.of("CPU µs/message", "× memory", "server CPU", "load busy", "others", "remarks");
    }

    private List<String> costs(LogMode log, Load load) {
        return List.of(
                rows.spread(log, load, Figures::cpuMicros).cell("%.1f"),
                log == LogMode.MEMORY
                        ? "1"
                        : rows.timesMemory(log, load, Figures::cpuMicros).cell("%.2f"),
                percent(rows.spread(log, load, Figures::serverCores)),
                percent(rows.spread(log, load, Figures::loadCores)),
                percent(rows.spread(log, load, Figures::othersCores)),
                remarks(log, load));
    }

    private String remarks(LogMode log, Load load) {
        List<Figures> row = rows.row(log, load);
        List<String> remarks = new ArrayList<>();
        long behind = row.stream()
                .filter(figures -> !figures.sustained(report.plan().measured()))
                .count();
        if (behind > 0) {
            remarks.add("fell behind in " + behind + " of " + row.size());
        }
        int faults = row.stream().mapToInt(Figures::faults).sum();
        if (faults > 0) {
            remarks.add(faults + " faults");
        }
        return String.join(", ", remarks);
    }

    private static String percent(Spread cores) {
        return String.format(Locale.ROOT, "%.0f %%", cores.median() * PERCENT);
    }
}
