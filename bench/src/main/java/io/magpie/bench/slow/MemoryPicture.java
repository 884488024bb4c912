package io.magpie.bench.slow;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
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

    private MemoryPicture() {}

    /** Writes it as PNG; lines stand where a phase begins. */
    static void write(Path file, Timeline timeline, SlowResult result) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("The server's memory while some members don't read")
                .xAxisTitle("seconds")
                .yAxisTitle("MiB")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        List<MemorySample> samples = result.samples();
        memory(chart, "RSS", samples, MemorySample::rss);
        memory(chart, "heap used", samples, MemorySample::heap);
        memory(chart, "direct", samples, MemorySample::direct);
        memory(chart, "kernel's TCP buffers, both ends", samples, MemorySample::kernel);
        latency(chart, result.p99Seconds());
        for (Phase phase : Phase.values()) {
            if (timeline.start(phase) > 0 && timeline.start(phase) < timeline.end(phase)) {
                chart.addAnnotation(new AnnotationLine(timeline.start(phase) / 1e9, true, false));
            }
        }
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

    private static void latency(XYChart chart, List<Double> p99Seconds) {
        List<Double> seconds = IntStream.range(0, p99Seconds.size())
                .mapToObj(second -> second + 0.5)
                .toList();
        XYSeries series = chart.addSeries("p99 of who reads, ms", seconds, p99Seconds);
        series.setMarker(SeriesMarkers.NONE);
        series.setYAxisGroup(1);
        chart.setYAxisGroupTitle(1, "ms");
        chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    }
}
