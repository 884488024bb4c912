package io.magpie.bench.compare;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.bench.DocsPage;
import io.magpie.bench.measure.BarPicture;
import io.magpie.bench.measure.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is left of a run: text for a terminal, a JSON file, pictures, and the generated part of a document. Immutable. */
record Publication(Surroundings surroundings, Results results, List<Bar> bars) {
    static final String MARK = "figures";
    private static final String JSON = "compare.json";

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Scenario scenario : results.scenarios()) {
            text.append('\n')
                    .append(scenario)
                    .append(": ")
                    .append(scenario.title())
                    .append('\n');
            text.append(Tables.of(results, scenario).text());
        }
        if (!bars.isEmpty()) {
            text.append('\n').append(Tables.of(bars).text());
        }
        results.leftOut().forEach(line -> text.append("left out: ").append(line).append('\n'));
        return text.toString();
    }

    /** Writes all figures, and pictures of them, into a folder that exists. */
    void write(Path folder) throws IOException {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        mapper.writeValue(folder.resolve(JSON).toFile(), this);
        draw(folder);
    }

    /** Replaces the generated part of a page, and draws the pictures into {@code img} beside it. */
    void update(Path page) throws IOException {
        Path images = page.toAbsolutePath().resolveSibling("img");
        Files.createDirectories(images);
        draw(images);
        Files.writeString(page, DocsPage.replace(Files.readString(page), MARK, markdown()));
    }

    /** For a document that has the pictures in {@code img} beside it. */
    String markdown() {
        StringBuilder text = new StringBuilder("### Bars\n\n" + Tables.of(bars).markdown());
        for (Scenario scenario : results.scenarios()) {
            text.append("\n### ")
                    .append(scenario)
                    .append(": ")
                    .append(scenario.title())
                    .append("\n\n");
            for (BarPicture picture : Pictures.of(results, scenario)) {
                text.append("![").append(scenario).append(", ").append(picture.unit());
                text.append("](img/").append(picture.file()).append(".png)\n\n");
            }
            text.append(Tables.of(results, scenario).markdown());
        }
        results.leftOut()
                .forEach(line -> text.append("\nLeft out: ").append(line).append('\n'));
        return text + "\n### Where\n\n" + surroundings.markdown();
    }

    private void draw(Path folder) throws IOException {
        for (Scenario scenario : results.scenarios()) {
            for (BarPicture picture : Pictures.of(results, scenario)) {
                picture.draw(folder);
            }
        }
    }
}
