package io.magpie.bench.measure;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * A bar chart: groups of bars along the x-axis, one colour per series. Immutable.
 *
 * @param file its name without the ending
 * @param unit of the values
 * @param groups what stands below the groups of bars
 */
public record BarPicture(String file, String title, String unit, List<String> groups, List<Series> series) {
    private static final int DPI = 144;
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 480;
    private static final int FEW = 3;
    private static final int WIDE = 10;
    private static final int DECADE = 10;
    private static final Color[] COLOURS = {
        new Color(0x1f5f8b), new Color(0xe08a1e), new Color(0x4b9b5a), new Color(0x8a8a8a)
    };

    /**
     * One colour.
     *
     * @param values one per group
     */
    public record Series(String name, List<Double> values) {}

    /** Draws it into a folder; returns the name of the file. */
    public String draw(Path folder) throws IOException {
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .theme(ChartTheme.XChart)
                .title(title)
                .yAxisTitle(unit + (isWide() ? " (logarithmic)" : ""))
                .build();
        style(chart.getStyler());
        for (Series one : series) {
            chart.addSeries(
                    one.name(),
                    groups,
                    one.values().stream().map(BarPicture::rounded).toList());
        }
        BitmapEncoder.saveBitmapWithDPI(chart, folder.resolve(file).toString(), BitmapFormat.PNG, DPI);
        return file + ".png";
    }

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

    /** Three digits: more are noise, and the labels of neighbouring bars would touch. */
    private static double rounded(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(3)).doubleValue()
                : value;
    }

    private void style(CategoryStyler styler) {
        if (isWide()) {
            styler.setYAxisLogarithmic(true);
            styler.setYAxisMin(Math.pow(DECADE, Math.floor(Math.log10(values().getMin()))));
        }
        styler.setYAxisMax(values().getMax() * (isWide() ? 2 : 1.1));
        styler.setLegendVisible(series.size() > 1);
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
        styler.setAvailableSpaceFill(groups.size() > FEW ? 0.8 : 0.4);
    }
}
