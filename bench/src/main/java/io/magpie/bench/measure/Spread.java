package io.magpie.bench.measure;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Several values of the same figure.
 *
 * @param median of an even number of values: the mean of the two in the middle
 */
public record Spread(double median, double min, double max, int count) {
    /** The spread of these values; of none, all is {@link Double#NaN}. */
    public static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int count = sorted.size();
        if (count == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(count - 1), count);
    }

    /** The median, if there is any value. */
    public OptionalDouble value() {
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(median);
    }

    /** The median with the range of the values; a dash if there are none. */
    public String cell(String format) {
        return count == 0
                ? "–"
                : String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, min, max);
    }
}
