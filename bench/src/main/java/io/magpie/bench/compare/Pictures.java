package io.magpie.bench.compare;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws results as bar charts: the median of each server, one colour per level. */
final class Pictures {
    private static final int DPI = 144;
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 480;
    private static final int FEW = 3;
    private static final int WIDE = 10;
    private static final int DECADE = 10;
    private static final Color[] COLOURS = {new Color(0x1f5f8b), new Color(0xe08a1e), new Color(0x4b9b5a)};

    /**
     * A picture to draw.
     *
     * @param file its name without the ending
     * @param unit of the values
     */
    record Picture(String file, String title, String unit, List<String> servers, List<Series> series) {
        /** Whether small values couldn't be seen beside the large ones on a linear scale. */
        private boolean isWide() {
            return values().getMin() > 0 && values().getMax() > WIDE * values().getMin();
        }

        private DoubleSummaryStatistics values() {
            return series.stream()
                    .flatMap(one -> one.values().stream())
                    .mapToDouble(value -> value)
                    .summaryStatistics();
        }
    }

    /** One colour: a value per server. */
    record Series(String name, List<Double> values) {}

    private Pictures() {}

    /** The pictures of a scenario: what a delivery costs, and how long one takes. */
    static List<Picture> of(Results results, Scenario scenario) {
        return List.of(
                picture(results, scenario, "cost", "server CPU in µs per delivery", Figures::cpuMicros),
                picture(results, scenario, "p99", "p99 latency in ms", Figures::p99Millis));
    }

    /** Draws a picture into a folder; returns the name of the file. */
    static String draw(Picture picture, Path folder) throws IOException {
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .theme(ChartTheme.XChart)
                .title(picture.title())
                .yAxisTitle(picture.unit() + (picture.isWide() ? " (logarithmic)" : ""))
                .build();
        style(chart.getStyler(), picture);
        for (Series series : picture.series()) {
            chart.addSeries(
                    series.name(),
                    picture.servers(),
                    series.values().stream().map(Pictures::rounded).toList());
        }
        BitmapEncoder.saveBitmapWithDPI(chart, folder.resolve(picture.file()).toString(), BitmapFormat.PNG, DPI);
        return picture.file() + ".png";
    }

    private static Picture picture(
            Results results, Scenario scenario, String name, String unit, ToDoubleFunction<Figures> figure) {
        List<Contestant> contestants = results.contestants(scenario);
        List<Series> series = new ArrayList<>();
        for (Level level : scenario.levels()) {
            series.add(new Series(
                    level.name(),
                    contestants.stream()
                            .map(contestant -> results.spread(scenario, contestant, level, figure)
                                    .median())
                            .toList()));
        }
        return new Picture(
                scenario.name().toLowerCase(Locale.ROOT) + "-" + name,
                scenario + ": " + scenario.title(),
                unit,
                contestants.stream().map(Contestant::label).toList(),
                series);
    }

    /** Three digits: more are noise, and the labels of neighbouring bars would touch. */
    private static double rounded(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(3)).doubleValue()
                : value;
    }

    private static void style(CategoryStyler styler, Picture picture) {
        if (picture.isWide()) {
            styler.setYAxisLogarithmic(true);
            styler.setYAxisMin(
                    Math.pow(DECADE, Math.floor(Math.log10(picture.values().getMin()))));
        }
        styler.setYAxisMax(picture.values().getMax() * (picture.isWide() ? 2 : 1.1));
        styler.setLegendVisible(picture.series().size() > 1);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setSeriesColors(COLOURS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setLabelsVisible(true);
        styler.setLabelsPosition(1.04);
        styler.setLabelsFontColor(Color.DARK_GRAY);
        styler.setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
        styler.setDecimalPattern("#,##0.###");
        styler.setAvailableSpaceFill(picture.servers().size() > FEW ? 0.8 : 0.4);
    }
}
