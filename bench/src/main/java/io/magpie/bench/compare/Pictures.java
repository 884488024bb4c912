package io.magpie.bench.compare;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
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
    private static final int WIDE = 10;
    private static final int DECADE = 10;
    private static final Color[] COLOURS = {new Color(0x1f5f8b), new Color(0xe08a1e), new Color(0x4b9b5a)};

    /**
     * A picture to draw.
     *
     * @param file its name without the ending
     * @param unit of the values
     */
    record Picture(String file, String title, String unit, List<String> servers, List<Series> series) {}

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
                .yAxisTitle(picture.unit())
                .build();
        style(chart.getStyler(), picture);
        for (Series series : picture.series()) {
            chart.addSeries(series.name(), picture.servers(), series.values());
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

    private static void style(CategoryStyler styler, Picture picture) {
        DoubleSummaryStatistics values = picture.series().stream()
                .flatMap(series -> series.values().stream())
                .mapToDouble(value -> value)
                .summaryStatistics();
        // Else the small values couldn't be seen.
        if (values.getMin() > 0 && values.getMax() > WIDE * values.getMin()) {
            styler.setYAxisLogarithmic(true);
            styler.setYAxisMin(Math.pow(DECADE, Math.floor(Math.log10(values.getMin()))));
            styler.setYAxisMax(Math.pow(DECADE, Math.ceil(Math.log10(values.getMax()))));
        }
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
        styler.setDecimalPattern("0.0##");
        styler.setAvailableSpaceFill(0.8);
    }
}
