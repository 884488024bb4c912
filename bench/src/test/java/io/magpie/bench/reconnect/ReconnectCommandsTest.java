package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesTheBarsAndEveryOption() {
        assertThat(run("rolling", "--help")).isZero();
        assertThat(run("comeback", "--help")).isZero();
        assertThat(out.toString())
                .contains("--restarts", "--drain", "--rebalance", "--rounds", "--warm")
                .contains("--clients", "--rooms", "--publishers", "--rate", "--size")
                .contains("--set", "--java-opts", "--no-bars", "--out")
                .contains("The bars:", "Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options");
    }

    @ParameterizedTest
    @CsvSource({
        "rolling, --restarts=0, --restarts must be 1 to 1000",
        "rolling, --drain=500ms, --drain must be 1s to 10m",
        "rolling, --rooms=0, --rooms must be 1 to --clients",
        "rolling, --publishers=3000, --publishers must be at least 1",
        "rolling, --clients=30000, --clients and --publishers together must be at most 19000",
        "comeback, --rate=0, --rate must be above 0",
        "comeback, --size=16000, --size must be 0 to 15000",
        "comeback, --rounds=0, --rounds must be 1 to 100",
        "comeback, --warm=11m, --warm must be 0s to 10m"
    })
    void refusesAWrongOptionAndNamesIt(String command, String option, String message) {
        assertThat(run(command, option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    private int run(String... arguments) {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
