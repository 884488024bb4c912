package io.magpie.bench.compare;

import io.magpie.bench.measure.BarPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Results as bar charts: the median of each server, one colour per level. */
final class Pictures {
    private Pictures() {}

    /** The pictures of a scenario: what a delivery costs, and how long one takes. */
    static List<BarPicture> of(Results results, Scenario scenario) {
        return List.of(
                picture(results, scenario, "cost", "server CPU in µs per delivery", Figures::cpuMicros),
                picture(results, scenario, "p99", "p99 latency in ms", Figures::p99Millis));
    }

    private static BarPicture picture(
            Results results, Scenario scenario, String name, String unit, ToDoubleFunction<Figures> figure) {
        List<Contestant> contestants = results.contestants(scenario);
        List<BarPicture.Series> series = new ArrayList<>();
        for (Level level : scenario.levels()) {
            series.add(new BarPicture.Series(
                    level.name(),
                    contestants.stream()
                            .map(contestant -> results.spread(scenario, contestant, level, figure)
                                    .median())
                            .toList()));
        }
        return new BarPicture(
                scenario.name().toLowerCase(Locale.ROOT) + "-" + name,
                scenario + ": " + scenario.title(),
                unit,
                contestants.stream().map(Contestant::label).toList(),
                series);
    }
}
