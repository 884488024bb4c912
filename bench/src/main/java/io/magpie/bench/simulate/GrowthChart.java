package io.magpie.bench.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** The growth curve as a picture. */
final class GrowthChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 540;
    private static final double MEBI = 1_048_576;

    private GrowthChart() {}

    /** Writes it as PNG. */
    static void write(SimulationReport report, Path file) throws IOException {
        // No screen is needed, nor wanted.
        System.setProperty("java.awt.headless", "true");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Live heap of the sessions")
                .xAxisTitle("sessions")
                .yAxisTitle("live heap, MiB")
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        for (SimulationReport.Run run : report.runs()) {
            // A collector that counts in large regions may see nothing of a small growth, and a logarithm can't show
            // that.
            List<SimulationResult.Point> points = run.result().growth().stream()
                    .filter(point -> point.heapBytes() > 0)
                    .toList();
            chart.addSeries(
                    run.collector(),
                    points.stream()
                            .mapToDouble(SimulationResult.Point::sessions)
                            .toArray(),
                    points.stream()
                            .mapToDouble(point -> point.heapBytes() / MEBI)
                            .toArray());
        }
        Files.write(file, ChartEncoder.getBytes(chart, "PNG"));
    }
}
