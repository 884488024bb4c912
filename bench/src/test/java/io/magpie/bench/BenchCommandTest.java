package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void helpNamesEveryOptionAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--url", "--mode", "--clients", "--rooms", "--publishers", "--rate", "--size")
                .contains("--duration", "--warmup", "--grace", "--ramp", "--connect-timeout", "--source-addresses")
                .contains("--server-pid", "--threads", "--seed", "--out", "--quiet")
                .contains("0 verdict OK; 1 verdict FAIL; 2 wrong options");
    }

    @Test
    void saysItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("magpie bench ");
    }

    @ParameterizedTest
    @CsvSource({
        "--mode=xml, 'xml'",
        "--duration=20, 'write 500ms, 20s, 2m, 1h or PT20S'",
        "--clients=many, 'many'",
        "--rate=0, '--rate must be above 0'",
        "--speed=1, '--speed'",
        "--server-pid=999999999, 'no process 999999999'"
    })
    void refusesAWrongOptionAndNamesIt(String option, String message) {
        assertThat(run(option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void listsAllProblemsOfAPlan() {
        assertThat(run("--clients=0", "--size=1", "--url=http://x")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--clients must be")
                .contains("--size must be")
                .contains("--url must be");
    }

    @Test
    void refusesAReportFileThatCannotBeWrittenBeforeItRuns() {
        assertThat(run("--out=" + directory.resolve("no/such/file.json"))).isEqualTo(2);
        assertThat(err.toString()).contains("--out").contains("can't be written");
    }

    private int run(String... args) {
        return Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(args);
    }
}
