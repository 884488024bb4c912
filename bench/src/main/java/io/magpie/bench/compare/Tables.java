package io.magpie.bench.compare;

import io.magpie.bench.measure.Spread;
import io.magpie.bench.measure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables of a comparison. Values are medians over the rounds, with the lowest and the highest in brackets. */
final class Tables {
    private static final int PERCENT = 100;

    private Tables() {}

    /** One row per level and contestant. */
    static Table of(Results results, Scenario scenario) {
        List<String> head = new ArrayList<>(List.of("server", "published", "CPU µs/delivery"));
        head.addAll(scenario.baseTitles());
        head.addAll(List.of(
                "bytes each", "deliveries/s", "p50 ms", "p99 ms", "server CPU", "load busy", "others", "remarks"));
        List<List<String>> rows = new ArrayList<>();
        for (Level level : scenario.levels()) {
            for (Contestant contestant : results.contestants(scenario)) {
                rows.add(row(results, scenario, level, contestant));
            }
        }
        return new Table(head, rows);
    }

    /** One row per bar. */
    static Table of(List<Bar> bars) {
        List<List<String>> rows = bars.stream()
                .map(bar -> List.of(
                        bar.what(),
                        bar.server(),
                        String.format(Locale.ROOT, "%.3f", bar.value()),
                        String.format(Locale.ROOT, "%.2f", bar.limit()),
                        bar.met() ? "met" : "MISSED",
                        bar.limit() == 0 ? "" : String.format(Locale.ROOT, "%+.0f %%", bar.distance() * PERCENT)))
                .toList();
        return new Table(List.of("bar", "measured with", "value", "at most", "", "distance"), rows);
    }

    private static List<String> row(Results results, Scenario scenario, Level level, Contestant contestant) {
        List<String> cells = new ArrayList<>(List.of(
                contestant.label(),
                level.name(),
                results.spread(scenario, contestant, level, Figures::cpuMicros).cell("%.3f")));
        for (Contestant base : scenario.bases(contestant)) {
            cells.add(
                    base.equals(contestant)
                            ? "1"
                            : results.ratio(scenario, level, contestant, base, Figures::cpuMicros)
                                    .cell("%.3f"));
        }
        cells.add(String.format(
                Locale.ROOT,
                "%.0f",
                results.spread(scenario, contestant, level, Figures::bytesEach).median()));
        cells.add(results.spread(scenario, contestant, level, Figures::deliveriesPerSecond)
                .cell("%,.0f"));
        cells.add(
                results.spread(scenario, contestant, level, Figures::p50Millis).cell("%.2f"));
        cells.add(
                results.spread(scenario, contestant, level, Figures::p99Millis).cell("%.2f"));
        cells.add(percent(results.spread(scenario, contestant, level, Figures::serverCores)));
        cells.add(percent(results.spread(scenario, contestant, level, Figures::loadCores)));
        cells.add(percent(results.spread(scenario, contestant, level, Figures::othersCores)));
        cells.add(remarks(results.row(scenario, contestant, level)));
        return cells;
    }

    private static String percent(Spread cores) {
        return String.format(Locale.ROOT, "%.0f %%", cores.median() * PERCENT);
    }

    private static String remarks(List<Figures> row) {
        List<String> remarks = new ArrayList<>();
        long behind = row.stream().filter(figures -> !figures.sustained()).count();
        if (behind > 0) {
            remarks.add("fell behind in " + behind + " of " + row.size());
        }
        int faults = row.stream().mapToInt(Figures::faults).sum();
        if (faults > 0) {
            remarks.add(faults + " faults");
        }
        return String.join(", ", remarks);
    }
}
