package io.magpie.bench.compare;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.bench.DocsPage;
import io.magpie.bench.measure.Spread;
import io.magpie.bench.measure.Surroundings;
import io.magpie.bench.measure.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * All figures of a run of connect storms. Immutable.
 *
 * @param connects connections of each storm
 */
record StormResults(Surroundings surroundings, int connects, List<StormFigures> figures) {
    static final String MARK = "storm";
    private static final String JSON = "storm.json";
    private static final String STOCK = "stock";
    private static final double LIMIT = 0.8;

    StormResults {
        figures = List.copyOf(figures);
    }

    /** One row per server and step. */
    Table table() {
        List<List<String>> rows = new ArrayList<>();
        for (StormFigures first : firsts()) {
            rows.add(List.of(
                    first.server(),
                    first.step(),
                    spread(first, StormFigures::cpuMicros).cell("%.1f"),
                    first.server().equals(STOCK) ? "1" : ratio(first).cell("%.3f"),
                    spread(first, StormFigures::perSecond).cell("%,.0f"),
                    percent(spread(first, StormFigures::serverCores)),
                    percent(spread(first, StormFigures::loadCores))));
        }
        return new Table(
                List.of("server", "until", "CPU µs/connection", "× stock", "connections/s", "server CPU", "load CPU"),
                rows);
    }

    /** What Magpie has to reach; empty if stock wasn't measured. */
    List<Bar> bars() {
        return firsts().stream()
                .filter(first ->
                        first.server().startsWith("magpie") && ratio(first).count() > 0)
                .map(first -> new Bar(
                        first.step() + ", CPU ÷ stock's upgrade",
                        first.server(),
                        ratio(first).median(),
                        LIMIT))
                .toList();
    }

    /** For a document. */
    String markdown() {
        return "### Connect storm: " + connects + " connections, at most 200 in flight\n\n" + table().markdown() + "\n"
                + Tables.of(bars()).markdown() + "\n" + surroundings.markdown();
    }

    /** Writes all figures into a folder that exists. */
    void write(Path folder) throws IOException {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        mapper.writeValue(folder.resolve(JSON).toFile(), this);
    }

    /** Replaces the generated part of a page. */
    void update(Path page) throws IOException {
        Files.writeString(page, DocsPage.replace(Files.readString(page), MARK, markdown()));
    }

    /** The first figures of each row. */
    private List<StormFigures> firsts() {
        return figures.stream().filter(row -> row.round() == 1).toList();
    }

    private Spread spread(StormFigures row, ToDoubleFunction<StormFigures> figure) {
        return Spread.of(figures.stream()
                .filter(one -> one.server().equals(row.server()) && one.step().equals(row.step()))
                .mapToDouble(figure)
                .boxed()
                .toList());
    }

    private Spread ratio(StormFigures row) {
        List<Double> ratios = new ArrayList<>();
        for (StormFigures mine : figures) {
            if (mine.server().equals(row.server()) && mine.step().equals(row.step())) {
                figures.stream()
                        .filter(other -> other.server().equals(STOCK) && other.round() == mine.round())
                        .forEach(other -> ratios.add(mine.cpuMicros() / other.cpuMicros()));
            }
        }
        return Spread.of(ratios);
    }

    private static String percent(Spread cores) {
        return String.format(Locale.ROOT, "%.0f %%", cores.median() * 100);
    }
}
