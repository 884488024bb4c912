package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command with a child JVM and the production pipeline, small. */
class SimulateIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void growsBeatsAndBroadcasts() throws IOException {
        int exit = run(
                "--sessions=200",
                "--gc=g1",
                "--heap=256m",
                "--loops=2",
                "--heartbeat=6s",
                "--rounds=3",
                "--settle=0s",
                "--set=heartbeat.interval=1s",
                "--out=" + directory);
        // How long a loop waits on a busy build machine is not what is tested here.
        assertThat(exit).as(errors.toString()).isIn(0, 1);
        JsonNode report =
                new ObjectMapper().readTree(directory.resolve("simulate.json").toFile());
        JsonNode result = report.path("runs").path(0).path("result");
        assertThat(result.path("growth").path(0).path("sessions").asInt()).isEqualTo(200);
        assertThat(result.path("broadcasts"))
                .extracting(each -> each.path("members").asInt())
                .containsExactly(1, 200);
        assertThat(result.path("broadcasts"))
                .allSatisfy(each -> assertThat(each.path("firstMillis").asDouble())
                        .isPositive()
                        .isLessThanOrEqualTo(each.path("lastMillis").asDouble()));
        assertThat(result.path("heartbeat").path("pingsPerSecond").asDouble()).isGreaterThan(50);
        assertThat(directory.resolve("docs-fragment.md")).content().startsWith("<!-- simulate:begin -->");
        assertThat(directory.resolve("simulate-growth.png")).isNotEmptyFile();
    }

    @Test
    void saysWhyTheGatewayDoesNotTakeTheClients() {
        int exit = run("--sessions=200", "--gc=g1", "--heap=256m", "--set=limits.connections=100");
        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString()).contains("the simulation with g1 ended with 1");
    }

    @Test
    void refusesWrongOptions() {
        assertThat(run("--heap=much")).isEqualTo(2);
        assertThat(run("--sessions=1")).isEqualTo(2);
        assertThat(errors.toString()).contains("--heap: 'much' is no size").contains("--sessions must be");
    }

    private int run(String... arguments) {
        return new CommandLine(new SimulateCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(arguments);
    }
}
