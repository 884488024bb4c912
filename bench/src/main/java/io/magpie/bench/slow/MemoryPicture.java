package io.magpie.bench.slow;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Memory of the server over time, and the p99 of the members that read, as a picture. Stateless. */
final class MemoryPicture {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 520;
    private static final double MEBI = 1 << 20;
    private static final double SECOND = 1e9;

    /** Room above the highest line, for the names of the phases. */
    private static final double HEADROOM = 1.12;

    private MemoryPicture() {}

    /** Writes it as PNG; lines stand where a phase begins. */
    static void write(Path file, Timeline timeline, SlowResult result) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("The server's memory while some members don't read")
                .xAxisTitle("seconds")
                .yAxisTitle("memory in MiB")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setChartTitleBoxVisible(false);
        chart.getStyler().setPlotBorderVisible(false);
        chart.getStyler().setYAxisMin(0, 0.0);
        List<MemorySample> samples = result.samples();
        memory(chart, "RSS", samples, MemorySample::rss);
        memory(chart, "heap used", samples, MemorySample::heap);
        memory(chart, "direct", samples, MemorySample::direct);
        memory(chart, "kernel's TCP buffers, both ends", samples, MemorySample::kernel);
        latency(chart, result.p99Seconds(), (int) (timeline.end(Phase.WARMUP) / SECOND));
        phases(chart, timeline, samples);
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }

    private static void memory(
            XYChart chart, String name, List<MemorySample> samples, ToDoubleFunction<MemorySample> bytes) {
        if (!samples.isEmpty()) {
            double[] seconds =
                    samples.stream().mapToDouble(MemorySample::second).toArray();
            double[] mebibytes = samples.stream()
                    .mapToDouble(sample -> bytes.applyAsDouble(sample) / MEBI)
                    .toArray();
            chart.addSeries(name, seconds, mebibytes).setMarker(SeriesMarkers.NONE);
        }
    }

    /** A line where a phase begins, and its name above it. */
    private static void phases(XYChart chart, Timeline timeline, List<MemorySample> samples) {
        double highest = samples.stream()
                        .mapToLong(sample -> Math.max(sample.rss(), sample.kernel()))
                        .max()
                        .orElse(0)
                / MEBI;
        chart.getStyler().setYAxisMax(0, Math.max(1, highest * HEADROOM));
        chart.getStyler().setAnnotationTextFontColor(Color.DARK_GRAY);
        for (Phase phase : Phase.values()) {
            double start = timeline.start(phase) / SECOND;
            double end = timeline.end(phase) / SECOND;
            if (start < end) {
                chart.addAnnotation(
                        new AnnotationText(phase.title(), (start + end) / 2, highest * (1 + HEADROOM) / 2, false));
            }
            if (start > 0 && start < end) {
                chart.addAnnotation(new AnnotationLine(start, true, false));
            }
        }
    }

    /** While the server is warmed up its compiler is at work, which would make all that follows look flat. */
    private static void latency(XYChart chart, List<Double> p99Seconds, int warmUp) {
        int from = Math.max(0, Math.min(warmUp, p99Seconds.size() - 1));
        List<Double> seconds = IntStream.range(from, p99Seconds.size())
                .mapToObj(second -> second + 0.5)
                .toList();
        XYSeries series = chart.addSeries("p99 of who reads, ms", seconds, p99Seconds.subList(from, p99Seconds.size()));
        series.setMarker(SeriesMarkers.NONE);
        series.setYAxisGroup(1);
        chart.setYAxisGroupTitle(1, "p99 in ms");
        chart.getStyler().setYAxisMin(1, 0.0);
        double highest = series.getYMax();
        chart.getStyler().setYAxisMax(1, Math.max(1, highest * HEADROOM));
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    }
}
