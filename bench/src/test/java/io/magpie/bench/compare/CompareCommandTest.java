package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CompareCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void helpNamesEveryOptionAndScenario() {
        assertThat(run(new CompareCommand(), "--help")).isZero();
        assertThat(out.toString())
                .contains("--scenario", "--servers", "--rounds", "--seconds", "--warmup", "--members")
                .contains("--server-cpu", "--load-cpu", "--out", "--docs")
                .contains("S1  one room", "S6  as S1", "Exit code: 0");
    }

    @Test
    void helpOfTheStormNamesEveryOption() {
        assertThat(run(new StormCommand(), "--help")).isZero();
        assertThat(out.toString()).contains("--connects", "--warmup", "--servers", "--rounds", "--out", "--docs");
    }

    @ParameterizedTest
    @CsvSource({
        "--scenario=S9, S9",
        "--servers=apache, there is no apache; there are magpie-epoll",
        "--scenario=TLS, TLS is measured by magpie bench tls",
        "--rounds=0, --rounds must be at least 1",
        "--seconds=0, --seconds must be above 0",
        "--members=0, --members at least 1",
        "--docs=/no/such/page.md, /no/such/page.md"
    })
    void refusesAWrongOptionAndNamesIt(String option, String message) {
        assertThat(run(new CompareCommand(), option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void refusesAPageWithoutMarksBeforeItRuns() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "nothing");
        assertThat(run(new CompareCommand(), "--docs=" + page)).isEqualTo(2);
        assertThat(err.toString()).contains("has no <!-- figures:begin -->");
    }

    @ParameterizedTest
    @CsvSource({"--connects=0, --connects must be at least 1", "--servers=apache, there is no apache"})
    void refusesAWrongStorm(String option, String message) {
        assertThat(run(new StormCommand(), option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void refusesAProcessorThatThereIsNot() {
        assertThat(run(new CompareCommand(), "--scenario=S1", "--servers=stock", "--load-cpu=4095"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("the load can't be pinned to processor 4095");
    }

    private int run(Object command, String... args) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
