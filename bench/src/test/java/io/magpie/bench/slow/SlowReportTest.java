package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowReportTest {
    private final Timeline timeline = SlowPlans.timeline(100, 1, 1, 1, 1);
    private final SlowReport report =
            SlowReport.of(SlowPlans.plan(Scenario.STOPPED, timeline), Map.of("jdk", "a JVM"), SlowPlans.flawless());

    @TempDir
    private Path directory;

    @Test
    void printsThePhasesTheChecksAndTheVerdict() {
        StringWriter out = new StringWriter();
        report.print(new PrintWriter(out));
        assertThat(out.toString())
                .contains("some stopped", "catching up", "median p99")
                .contains("ok    who stopped has caught up: 5 of 5; half within 0.10 s, the slowest within 0.20 s")
                .endsWith("verdict OK\n");
    }

    @Test
    void writesFiguresPictureAndFragment() throws IOException {
        report.write(directory, "stopped", timeline);
        JsonNode json = new ObjectMapper()
                .readTree(directory.resolve("slow-stopped.json").toFile());
        assertThat(json.path("ok").asBoolean()).isTrue();
        assertThat(json.path("options").path("stopped").asInt()).isEqualTo(5);
        assertThat(json.path("result").path("samples")).hasSize(4);
        assertThat(json.path("result")
                        .path("latencies")
                        .path("DURING")
                        .path("p99")
                        .asDouble())
                .isEqualTo(10);
        assertThat(ImageIO.read(directory.resolve("slow-stopped.png").toFile()).getWidth())
                .isEqualTo(1_000);
        assertThat(Files.readString(directory.resolve("docs-fragment.md")))
                .contains("| some stopped | 1.00 | 10.00 | 10.00 | 0.30 | 315 | 3.0 |")
                .contains("![Memory of the server and p99 of the members that read](slow-stopped.png)")
                .contains("a JVM");
    }
}
