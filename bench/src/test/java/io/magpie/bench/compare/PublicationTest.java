package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
    private final Publication publication = publication();

    @TempDir
    private Path folder;

    @Test
    void tellsMediansRangesAndRatios() {
        assertThat(publication.text())
                .contains("S1: one room of 1,000 members")
                .containsPattern("magpie-epoll +w=4 +1\\.500 \\(1\\.000–2\\.000\\) +0\\.375 \\(0\\.250–0\\.500\\)  +–")
                .containsPattern("stock +w=4 +4\\.000 \\(4\\.000–4\\.000\\) +1 ")
                .contains("S1 w=4 CPU per delivery ÷ stock")
                .contains("MISSED", "+88 %")
                .contains("left out: nats: no");
    }

    @Test
    void writesEverythingAsJson() throws IOException {
        publication.write(folder);
        JsonNode json =
                new ObjectMapper().readTree(folder.resolve("compare.json").toFile());
        assertThat(json.at("/surroundings/environment/cpu").asText()).isEqualTo("a processor");
        assertThat(json.at("/results/figures")).hasSize(12);
        assertThat(json.at("/results/figures/0/contestant/server").asText()).isEqualTo("magpie-epoll");
        assertThat(json.at("/bars/0/limit").asDouble()).isEqualTo(0.82);
    }

    @Test
    void drawsAPictureOfEachFigure() throws IOException {
        publication.write(folder);
        for (String file : List.of("s1-cost.png", "s1-p99.png")) {
            BufferedImage image = ImageIO.read(folder.resolve(file).toFile());
            assertThat(image.getWidth()).isGreaterThan(1000);
        }
    }

    @Test
    void updatesADocument() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "before\n<!-- figures:begin -->\n<!-- figures:end -->\nafter\n");
        publication.update(page);
        assertThat(page)
                .content()
                .startsWith("before\n")
                .endsWith("after\n")
                .contains("| magpie-epoll | w=4 | 1.500 (1.000–2.000) |")
                .contains("](img/s1-cost.png)")
                .contains("servers on processor 0, load on any")
                .contains("`-XX:+UseG1GC`");
        assertThat(folder.resolve("img/s1-cost.png")).exists();
    }

    private static Publication publication() {
        List<Figures> figures = new ArrayList<>();
        for (Level level : Scenario.S1.levels()) {
            for (int round = 1; round <= 2; round++) {
                figures.add(Samples.figures(Scenario.S1, "magpie-epoll", level, round, round));
                figures.add(Samples.figures(Scenario.S1, "stock", level, round, 4));
            }
        }
        Results results = new Results(figures, List.of("nats: no"));
        return new Publication(Samples.surroundings(), results, Bars.of(results));
    }
}
