package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SlowCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void helpNamesTheScenariosAndEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("stopped:", "never:", "--scenario", "--members", "--stopped", "--rate", "--size")
                .contains("--warmup", "--before", "--during", "--after", "--receive-buffer", "--max-growth")
                .contains("--max-p99-ratio", "--java-opts", "--set", "--home", "--out")
                .contains("Exit code: 0 verdict OK; 1 verdict FAIL; 2 wrong options");
    }

    @ParameterizedTest
    @CsvSource({
        "--scenario=sometimes, sometimes",
        "--members=1, --members must be 2 to 20000",
        "--stopped=1000, --stopped must be at least 1 and below --members",
        "--size=8, --size must be 32 to 15000",
        "--rate=0, --rate must be above 0",
        "--during=PT1.5S, must be whole seconds",
        "--during=PT0S, --during must be at least 1s",
        "--rate=90000, more than 1000000 messages",
        "--max-p99-ratio=1, --max-p99-ratio must be above 1"
    })
    void refusesAWrongOptionAndNamesIt(String option, String message) {
        assertThat(run(option, "--home=" + directory)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void saysThatItNeedsTheScript() {
        assertThat(run("--home=" + directory)).isEqualTo(2);
        assertThat(err.toString()).contains("no magpie script in " + directory);
    }

    @Test
    void keepsAsMuchHistoryAsPassesWhileSomeStop() {
        Timeline timeline = SlowPlans.timeline(200, 10, 10, 30, 20);
        assertThat(SlowPlans.plan(Scenario.STOPPED, timeline).settings())
                .contains("listen.host=127.0.0.1", "transport.loops=1", "history.messages=14300");
        assertThat(SlowPlans.plan(Scenario.NEVER, timeline).settings())
                .noneMatch(setting -> setting.startsWith("history."));
    }

    private int run(String... arguments) {
        return new CommandLine(new SlowCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
