package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.magpie.bench.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationReportTest {
    @TempDir
    private Path directory;

    @Test
    void growsInPowersOfTenUpToAllSessions() {
        assertThat(plan(1_000_000).growth()).containsExactly(1_000, 10_000, 100_000, 1_000_000);
        assertThat(plan(20_000).growth()).containsExactly(1_000, 10_000, 20_000);
        assertThat(plan(200).growth()).containsExactly(200);
        assertThat(plan(1_000_000).audiences()).containsExactly(1, 10_000, 1_000_000);
        assertThat(plan(200).audiences()).containsExactly(1, 200);
    }

    @Test
    void refusesAPlanOfOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> plan(1)).withMessageContaining("--sessions");
    }

    @Test
    void judgesHeartbeatAndBroadcastsButNotTheGrowth() {
        assertThat(report(400, 49, 50).met()).isTrue();
        assertThat(report(1, 51, 2).met()).isFalse();
        assertThat(report(1, 2, 51).met()).isFalse();
    }

    @Test
    void printsATableOfEachKind() {
        StringWriter text = new StringWriter();
        new SimulationText(report(400, 12, 60)).print(new PrintWriter(text));
        assertThat(text.toString())
                .contains("1,000,000 simulated sessions in one room")
                .containsPattern("G1 +1,000,000 +2,000 MiB +2\\.05 KiB")
                .containsPattern("G1 +1,000,000 +0\\.50 ms +900\\.00 ms +950\\.00 ms +0\\.90 µs")
                .containsPattern("G1 +30 s +120 ms +40,000 +3\\.00 µs")
                .containsPattern("heartbeat +12\\.00 ms +1\\.00 ms +met +13\\.00 ms +2 +7\\.00 ms +9\\.0 ms")
                .containsPattern("broadcast to 1000000 +60\\.00 ms +1\\.00 ms +missed +600\\.00 ms +0 ")
                .endsWith("no Shenandoah here\n");
    }

    @Test
    void writesAPartOfADocumentBetweenItsMarkers() {
        assertThat(new SimulationText(report(400, 12, 60)).document("growth.png"))
                .startsWith("<!-- simulate:begin -->\n")
                .endsWith("<!-- simulate:end -->\n")
                .contains("![Live heap against sessions](growth.png)")
                .contains("| G1 | 30 s | 120 ms | 40,000 | 3.00 µs |");
    }

    @Test
    void drawsTheGrowthAlsoWhereThereIsNone() throws IOException {
        Path picture = directory.resolve("growth.png");
        GrowthChart.write(report(400, 12, 60), picture);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(900);
    }

    private static SimulationPlan plan(int sessions) {
        return new SimulationPlan(sessions, 2, 30, 7, 4, List.of());
    }

    private static SimulationReport report(double growth, double heartbeat, double broadcast) {
        SimulationResult result = new SimulationResult(
                "some JVM",
                30_000,
                List.of(
                        new SimulationResult.Point(1_000, 0, 0, 0, 500L << 20),
                        new SimulationResult.Point(1_000_000, 2_000L << 20, 2_100, 0, 3_000L << 20)),
                List.of(new SimulationResult.Broadcast(1_000_000, 7, 0.5, 900, 950)),
                new SimulationResult.Heartbeat(30, 120, 40_000, 3),
                List.of(
                        new SimulationResult.Phase("growth to 1000000", 0, 100, growth, 1, 700),
                        new SimulationResult.Phase("heartbeat", 200, 300, heartbeat, 1, 13),
                        new SimulationResult.Phase("broadcast to 1000000", 400, 500, broadcast, 1, 600)));
        Environment environment = Environment.collect(Path.of("/proc/cpuinfo"), Instant.EPOCH);
        SimulationReport.Run run =
                new SimulationReport.Run("G1", result, Map.of("heartbeat", new GcLog.Summary(2, 7, 9)));
        return new SimulationReport(environment, plan(1_000_000), "12g", List.of(run), List.of("no Shenandoah here"));
    }
}
