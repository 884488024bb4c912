package io.magpie.bench.simulate;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The growth curve as a picture. */
final class GrowthChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;
    private static final int DECADE = 10;
    private static final double MEBI = 1_048_576;
    private static final double KIBI_IN_MEBI = 1.0 / 1_024;
    private static final Color[] COLOURS = {new Color(0x1f5f8b), new Color(0xe08a1e), new Color(0x4b9b5a)};

    /** What a session may cost, for comparison. */
    private static final int TARGET_KIBI = 3;

    private GrowthChart() {}

    /** Writes it as PNG. */
    static void write(SimulationReport report, Path file) throws IOException {
        // No screen is needed, nor wanted.
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Live heap of the sessions")
                .xAxisTitle("sessions (logarithmic)")
                .yAxisTitle("live heap in MiB (logarithmic)")
                .build();
        style(chart.getStyler(), report.options().sessions());
        for (SimulationReport.Run run : report.runs()) {
            // A collector that counts in large regions may see nothing of a small growth, and a logarithm can't show
            // that.
            List<SimulationResult.Point> points = run.result().growth().stream()
                    .filter(SimulationResult.Point::measurable)
                    .toList();
            if (!points.isEmpty()) {
                chart.addSeries(
                                run.collector(),
                                points.stream()
                                        .mapToDouble(SimulationResult.Point::sessions)
                                        .toArray(),
                                points.stream()
                                        .mapToDouble(point -> point.heapBytes() / MEBI)
                                        .toArray())
                        .setMarker(SeriesMarkers.CIRCLE);
            }
        }
        target(chart, report.options().sessions());
        Files.write(file, ChartEncoder.getBytes(chart, "PNG"));
    }

    /** A line where each session costs what it may. */
    private static void target(XYChart chart, int sessions) {
        double[] ends = {Math.min(1_000, sessions / 2.0), sessions};
        double[] heap = IntStream.range(0, ends.length)
                .mapToDouble(i -> ends[i] * TARGET_KIBI * KIBI_IN_MEBI)
                .toArray();
        XYSeries line = chart.addSeries(TARGET_KIBI + " KiB each, the target", ends, heap);
        line.setMarker(SeriesMarkers.NONE).setLineColor(Color.GRAY).setLineWidth(1);
    }

    private static void style(XYStyler styler, int sessions) {
        styler.setXAxisLogarithmic(true);
        styler.setYAxisLogarithmic(true);
        styler.setYAxisMin(1.0);
        styler.setYAxisMax(
                Math.pow(DECADE, Math.ceil(Math.log10(Math.max(DECADE, sessions * TARGET_KIBI * KIBI_IN_MEBI)))));
        styler.setDecimalPattern("#,##0.###");
        styler.setSeriesColors(COLOURS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleBoxVisible(false);
        styler.setPlotBorderVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
    }
}
