package io.magpie.bench.compare;

import io.magpie.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All figures of a run. Immutable.
 *
 * @param leftOut what couldn't be measured, and why
 */
record Results(List<Figures> figures, List<String> leftOut) {
    Results {
        figures = List.copyOf(figures);
        leftOut = List.copyOf(leftOut);
    }

    /** The scenarios that were measured, in order. */
    List<Scenario> scenarios() {
        return figures.stream().map(Figures::scenario).distinct().sorted().toList();
    }

    /** The contestants of a scenario, in the order of their first measurement. */
    List<Contestant> contestants(Scenario scenario) {
        LinkedHashSet<Contestant> all = new LinkedHashSet<>();
        figures.stream().filter(f -> f.scenario() == scenario).forEach(f -> all.add(f.contestant()));
        return new ArrayList<>(all);
    }

    /** The figures of one row, by round. */
    List<Figures> row(Scenario scenario, Contestant contestant, Level level) {
        return figures.stream()
                .filter(f -> f.scenario() == scenario
                        && f.contestant().equals(contestant)
                        && f.level().equals(level))
                .toList();
    }

    /** One figure over the rounds. */
    Spread spread(Scenario scenario, Contestant contestant, Level level, ToDoubleFunction<Figures> figure) {
        return Spread.of(row(scenario, contestant, level).stream()
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    /** A figure as a multiple of another contestant's in the same round. */
    Spread ratio(
            Scenario scenario, Level level, Contestant contestant, Contestant base, ToDoubleFunction<Figures> figure) {
        List<Figures> others = row(scenario, base, level);
        List<Double> ratios = new ArrayList<>();
        for (Figures mine : row(scenario, contestant, level)) {
            others.stream()
                    .filter(other -> other.round() == mine.round())
                    .forEach(other -> ratios.add(figure.applyAsDouble(mine) / figure.applyAsDouble(other)));
        }
        return Spread.of(ratios);
    }

    /** Whether no server did anything wrong, and none was left out. */
    boolean clean() {
        return leftOut.isEmpty() && figures.stream().allMatch(f -> f.faults() == 0);
    }
}
