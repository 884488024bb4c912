package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportsTest {
    private static final Environment ENVIRONMENT =
            new Environment("0.1.0", "2026-11-28T00:00:00Z", "a JVM", "Linux", "6", "amd64", "a processor", 2, "epoll");

    private final StringWriter text = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void restartsArePrintedAndWritten() throws IOException {
        RollingPlan plan = Samples.rolling(2);
        RollingReport report = RollingReport.of(plan, ENVIRONMENT, Samples.evenRestarts());
        report.print(new PrintWriter(text));
        assertThat(text.toString())
                .contains("2 B", "× average", "during 1 A", "between")
                .contains("ok    reconnects in any second are at most twice the average: at most")
                .endsWith("verdict OK\n");
        report.write(directory, plan);
        JsonNode json = json("rolling.json");
        assertThat(json.path("ok").asBoolean()).isTrue();
        assertThat(json.path("options").path("restarts").asInt()).isEqualTo(2);
        JsonNode restart = json.path("result").path("restarts").path(1);
        assertThat(restart.path("moves").path("attempts")).hasSize(100);
        assertThat(restart.path("moves").path("peaks").path("second").asInt()).isEqualTo(10);
        assertThat(ImageIO.read(directory.resolve("rolling.png").toFile()).getWidth())
                .isPositive();
        assertThat(Files.readString(directory.resolve("rolling.md")))
                .contains("(rolling.png)", "| 2 B |", "a processor");
    }

    @Test
    void comebacksArePrintedAndWritten() throws IOException {
        ComebackReport report = ComebackReport.of(Samples.comeback(), ENVIRONMENT, Samples.quickComeback());
        report.print(new PrintWriter(text));
        assertThat(text.toString())
                .contains("ok    all were back in time: 100 of 100", "recovered", "during 1")
                .endsWith("verdict OK\n");
        report.write(directory);
        JsonNode round = json("comeback.json").path("result").path("rounds").path(0);
        assertThat(round.path("moves").path("returns")).hasSize(100);
        assertThat(round.path("sends").path("p99").asDouble()).isEqualTo(40);
        assertThat(ImageIO.read(directory.resolve("comeback.png").toFile()).getWidth())
                .isPositive();
        assertThat(Files.readString(directory.resolve("comeback.md"))).contains("(comeback.png)", "a processor");
    }

    /** A run in which everything went wrong has no lines to draw, and still a report. */
    @Test
    void whereNobodyCameBackThereIsAReportTheSame() throws IOException {
        ComebackResult.Round nobody = new ComebackResult.Round(Samples.STILL, Samples.sends(40), true);
        ComebackReport report = ComebackReport.of(Samples.comeback(), ENVIRONMENT, Samples.comebackResult(nobody));
        report.print(new PrintWriter(text));
        assertThat(text.toString()).contains("FAIL  all were back in time").endsWith("verdict FAIL\n");
        report.write(directory);
        assertThat(json("comeback.json").path("ok").asBoolean(true)).isFalse();
    }

    private JsonNode json(String file) throws IOException {
        return new ObjectMapper().readTree(directory.resolve(file).toFile());
    }
}
