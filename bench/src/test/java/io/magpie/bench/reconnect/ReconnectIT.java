package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against real gateways in processes of their own; how fast they are isn't tested on a busy build machine. */
class ReconnectIT {
    @TempDir
    private Path directory;

    @Test
    void restartsInTurnLetEverybodyChangeOver() throws IOException {
        JsonNode result = run(
                "rolling", "--clients=60", "--rooms=4", "--publishers=4", "--rate=50", "--restarts=2", "--drain=2s");
        assertThat(result.path("joined").asInt()).isEqualTo(60);
        assertThat(result.path("connected").asInt()).isEqualTo(60);
        assertThat(result.path("quiet").asBoolean()).isTrue();
        assertThat(result.path("faults").path("lost").asInt()).isZero();
        assertThat(result.path("faults").path("witnesses")).isEmpty();
        assertThat(result.path("complaints")).isEmpty();
        assertThat(result.path("restarts")).hasSize(2).allSatisfy(ReconnectIT::isOrderly);
        assertThat(result.path("restarts").path(0).path("moving").asInt()).isEqualTo(30);
        assertThat(result.path("restarts").path(1).path("moving").asInt()).isEqualTo(60);
    }

    @Test
    void halfOfThemGoBackBeforeTheNextRestart() throws IOException {
        JsonNode result = run(
                "rolling",
                "--clients=60",
                "--rooms=4",
                "--publishers=4",
                "--rate=50",
                "--restarts=2",
                "--drain=1s",
                "--rebalance");
        assertThat(result.path("connected").asInt()).isEqualTo(60);
        assertThat(result.path("restarts").path(1).path("moving").asInt()).isBetween(25, 35);
        assertThat(result.path("between").path("closes")).hasSize(1);
    }

    @Test
    void whoeverWasCutComesBackToWhatItMissed() throws IOException {
        JsonNode result = run(
                "comeback", "--clients=100", "--rooms=4", "--publishers=4", "--rate=200", "--rounds=2", "--warm=500ms");
        assertThat(result.path("joined").asInt()).isEqualTo(104);
        assertThat(result.path("alive").asBoolean()).isTrue();
        assertThat(result.path("faults").path("lost").asInt()).isZero();
        assertThat(result.path("faults").path("witnesses")).isEmpty();
        assertThat(result.path("rounds")).hasSize(2).allSatisfy(round -> {
            assertThat(round.path("moves").path("returns")).hasSize(100);
            assertThat(round.path("moves").path("recovered").asInt()).isEqualTo(100);
            assertThat(round.path("moves").path("closes")).isEmpty();
            assertThat(round.path("sends").path("unknown").asInt()).isZero();
            assertThat(round.path("quiet").asBoolean()).isTrue();
        });
        assertThat(result.path("calm").path("accepted").asInt()).isPositive();
    }

    private static void isOrderly(JsonNode restart) {
        assertThat(restart.path("ending").path("exit").asInt(-1)).isZero();
        assertThat(restart.path("ending").path("notReady").asInt()).isNotNegative();
        assertThat(restart.path("settled").asBoolean()).isTrue();
        JsonNode moves = restart.path("moves");
        assertThat(moves.path("returns")).hasSize(restart.path("moving").asInt());
        assertThat(moves.path("refusals")).isEmpty();
        assertThat(moves.path("slots").path("untold").asInt()).isZero();
        List<String> reasons = new ArrayList<>();
        moves.path("closes").fieldNames().forEachRemaining(reasons::add);
        assertThat(reasons).isNotEmpty().allSatisfy(reason -> assertThat(reason).startsWith("1012 "));
        assertThat(restart.path("sends").path("accepted").asInt()).isPositive();
    }

    /** Runs a command without its bars; what it has seen, out of its file. */
    private JsonNode run(String command, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--no-bars",
                // Nobody is refused because the machine is busy.
                "--set=overload.loop-lag=0s",
                "--set=overload.heap=0",
                "--out=" + directory));
        arguments.addAll(List.of(options));
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int exit = Main.commandLine(out, out).execute(arguments.toArray(String[]::new));
        assertThat(exit).as(text.toString()).isZero();
        assertThat(text.toString()).contains("verdict ");
        assertThat(directory.resolve(command + ".png")).isNotEmptyFile();
        return new ObjectMapper()
                .readTree(directory.resolve(command + ".json").toFile())
                .path("result");
    }
}
