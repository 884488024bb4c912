package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.Environment;
import io.magpie.bench.gateway.LogMode;
import io.magpie.bench.measure.Surroundings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcksReportTest {
    private static final List<Load> LOADS = List.of(
            Load.perSecond(100),
            Load.perSecond(1_000),
            Load.perSecond(10_000),
            Load.unanswered(1),
            Load.unanswered(64));

    @TempDir
    private Path folder;

    @Test
    void tellsMediansRangesAndRatios() {
        assertThat(report(0).text())
                .containsPattern("100/s +memory +0\\.20 \\(0\\.10–0\\.30\\)")
                .containsPattern("10,000/s +disk, fsync +1\\.20 .* 2\\.00 \\(2\\.00–2\\.00\\)")
                .containsPattern("w=64 +disk, process +64,000 \\(64,000–64,000\\)")
                .containsPattern("before round 2 +500 +0\\.800")
                .contains("after the last round", "The disk itself (ext4)")
                .doesNotContain("faults", "fell behind");
    }

    @Test
    void tellsFaults() {
        AcksReport report = report(2);
        assertThat(report.clean()).isFalse();
        assertThat(report.text()).contains("4 faults");
        assertThat(report(0).clean()).isTrue();
    }

    @Test
    void tellsWhoFellBehind() {
        Figures slow = figures(LogMode.FSYNC, Load.perSecond(1_000), 1, 0, 960);
        assertThat(slow.sustained(5)).isFalse();
        assertThat(figures(LogMode.FSYNC, Load.perSecond(1_000), 1, 0, 975).sustained(5))
                .isTrue();
        assertThat(figures(LogMode.FSYNC, Load.unanswered(1), 1, 0, 5).sustained(5))
                .isTrue();
    }

    @Test
    void writesFiguresAndPictures() throws IOException {
        report(0).write(folder);
        JsonNode json = new ObjectMapper().readTree(folder.resolve("acks.json").toFile());
        assertThat(json.at("/fileSystem").asText()).isEqualTo("ext4");
        assertThat(json.at("/result/figures")).hasSize(LOADS.size() * 3 * 2);
        assertThat(json.at("/result/fsyncs/0/p50Millis").asDouble()).isEqualTo(0.8);
        for (String file : List.of("acks-latency.png", "acks-sustained.png")) {
            BufferedImage image = ImageIO.read(folder.resolve(file).toFile());
            assertThat(image.getWidth()).isGreaterThan(1000);
        }
    }

    @Test
    void updatesADocument() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "before\n<!-- acks:begin -->\nold\n<!-- acks:end -->\nafter\n");
        report(0).update(page);
        assertThat(page)
                .content()
                .startsWith("before\n")
                .endsWith("after\n")
                .contains("](img/acks-latency.png)", "](img/acks-sustained.png)")
                .contains("| 100/s | memory | 0.20 (0.10–0.30) |", "| before round 1 | 500 | 0.800 |")
                .contains("- 32 publishers in 16 rooms, texts of 128 bytes; data on ext4")
                .doesNotContain("old");
        assertThat(folder.resolve("img/acks-latency.png")).exists();
    }

    private static AcksReport report(int faults) {
        AcksPlan plan = new AcksPlan(List.of(LogMode.values()), LOADS, 2, new AcksPlan.Crowd(32, 16, 128), 20, 5);
        List<Figures> figures = new ArrayList<>();
        for (int round = 1; round <= 2; round++) {
            for (Load load : LOADS) {
                for (LogMode log : plan.logs()) {
                    boolean faulty = log == LogMode.FSYNC && load.rate() == 100;
                    figures.add(figures(log, load, round, faulty ? faults : 0, load.rate() + 1_000 * load.window()));
                }
            }
        }
        Fsync fsync = new Fsync(500, 0.8, 1.6, 4);
        Environment environment = new Environment(
                "1.2.3", "2026-01-02T03:04:05Z", "a JVM 17", "Linux", "6.1", "amd64", "a processor", 2, "epoll");
        Surroundings surroundings =
                new Surroundings(environment, "4.2", List.of("-XX:+UseG1GC"), 2, "5 s", "20 s", 0, 1);
        return new AcksReport(
                surroundings, "ext4", plan, new AcksRun.Result(figures, List.of(fsync, fsync, fsync), List.of()));
    }

    private static Figures figures(LogMode log, Load load, int round, int faults, double oksPerSecond) {
        double millis = (log == LogMode.FSYNC ? 1 : log == LogMode.PROCESS ? 0.5 : 0) + (round == 1 ? 0.1 : 0.3);
        double micros = log == LogMode.MEMORY ? 20 : 40;
        return new Figures(
                log,
                load,
                round,
                5_000,
                oksPerSecond,
                micros,
                millis,
                millis * 4,
                millis * 10,
                millis * 20,
                0.01,
                0.5,
                0.25,
                0.01,
                0,
                faults,
                List.of());
    }
}
