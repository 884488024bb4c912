package io.magpie.bench.acks;

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

class AcksCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--directory", "--logs", "--rates", "--windows", "--publishers", "--rooms", "--size")
                .contains("--seconds", "--warmup", "--set", "--rounds", "--server-cpu", "--load-cpu", "--out", "--docs")
                .contains("memory, process, fsync", "Exit code: 0");
    }

    @ParameterizedTest
    @CsvSource({
        "--logs=tape, tape",
        "--rooms=33, --rooms must be 1 to the number of publishers",
        "--seconds=0, --seconds must be above 0",
        "--rounds=0, --rounds must be at least 1",
        "--directory=/no/such/folder, can't write into /no/such/folder"
    })
    void refusesAWrongOptionAndNamesIt(String option, String message) {
        assertThat(run(option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void refusesAPageWithoutMarksBeforeItRuns() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "nothing");
        assertThat(run("--docs=" + page)).isEqualTo(2);
        assertThat(err.toString()).contains("has no <!-- acks:begin -->");
    }

    @Test
    void saysThatThereIsNoGatewayAndLeavesNothingBehind() {
        assertThat(run("--directory=" + folder, "--load-cpu=-1")).isEqualTo(2);
        assertThat(err.toString()).contains("start the bench with ./magpie bench acks");
        assertThat(folder).isEmptyDirectory();
    }

    private int run(String... arguments) {
        return new CommandLine(new AcksCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
