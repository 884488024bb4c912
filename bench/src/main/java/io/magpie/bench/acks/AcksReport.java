package io.magpie.bench.acks;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.bench.DocsPage;
import io.magpie.bench.measure.BarPicture;
import io.magpie.bench.measure.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run's plan, surroundings and figures: text for a terminal, a JSON file, pictures, and the generated part of a document.
 * Immutable.
 *
 * @param fileSystem the kind of file system that the data was on
 */
record AcksReport(Surroundings surroundings, String fileSystem, AcksPlan plan, AcksRun.Result result) {
    static final String MARK = "acks";
    private static final String JSON = "acks.json";

    /** Whether every answer was right, and no gateway told of a fault of its own. */
    boolean clean() {
        return result.problems().isEmpty()
                && result.figures().stream().allMatch(figures -> figures.faults() == 0 && figures.unanswered() == 0);
    }

    /** For a terminal. */
    String text() {
        return new AcksText(this).text();
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
        draw(Files.createDirectories(page.toAbsolutePath().resolveSibling("img")));
        String text = new AcksText(this).markdown();
        Files.writeString(page, DocsPage.replace(Files.readString(page), MARK, text));
    }

    private void draw(Path folder) throws IOException {
        for (BarPicture picture : AcksPictures.of(this)) {
            picture.draw(folder);
        }
    }
}
