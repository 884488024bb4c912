package io.magpie.bench.measure;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of lines, both axes beginning at 0. Immutable.
 *
 * @param file its name without the ending
 * @param across title of the x-axis
 * @param up title of the y-axis
 */
public record LinePicture(String file, String title, String across, String up, List<Line> lines) {
    private static final int DPI = 144;
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 480;
    private static final int TICK = 60;
    private static final Color[] COLOURS = {
        new Color(0x1f5f8b), new Color(0xe08a1e), new Color(0x4b9b5a), new Color(0x8a8a8a)
    };

    /** One line; its points in ascending order of {@code x}. One without points isn't drawn. */
    public record Line(String name, List<Double> x, List<Double> y) {}

    /** Draws it into a folder; returns the name of the file. */
    public String draw(Path folder) throws IOException {
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .theme(ChartTheme.XChart)
                .title(title)
                .xAxisTitle(across)
                .yAxisTitle(up)
                .build();
        style(chart.getStyler());
        for (Line line : lines) {
            if (!line.x().isEmpty()) {
                chart.addSeries(line.name(), line.x(), line.y()).setMarker(SeriesMarkers.NONE);
            }
        }
        BitmapEncoder.saveBitmapWithDPI(chart, folder.resolve(file).toString(), BitmapFormat.PNG, DPI);
        return file + ".png";
    }

    /** A round number, so that the ticks are too. */
    private double top() {
        double highest = lines.stream()
                .flatMap(line -> line.y().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(highest, 1e-6))));
        return DoubleStream.of(1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
                .map(step -> step * power)
                .filter(step -> step >= highest)
                .findFirst()
                .orElse(highest);
    }

    private void style(XYStyler styler) {
        styler.setXAxisMin(0.0);
        styler.setYAxisMin(0.0);
        styler.setXAxisTickMarkSpacingHint(TICK);
        styler.setYAxisTickMarkSpacingHint(TICK);
        styler.setYAxisMax(top());
        styler.setLegendVisible(lines.size() > 1);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setSeriesColors(COLOURS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setDecimalPattern("#,##0.###");
    }
}
