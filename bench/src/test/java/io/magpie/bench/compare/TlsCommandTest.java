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

class TlsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void helpNamesEveryOptionAndServer() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--servers", "--seconds", "--warmup", "--members", "--connects", "--connect-warmup")
                .contains("--rounds", "--server-cpu", "--load-cpu", "--out", "--docs")
                .contains("magpie-wss-jdk", "magpie-wss-rsa", "Exit code: 0");
    }

    @ParameterizedTest
    @CsvSource({
        "--servers=nats, there is no nats; there are magpie-epoll",
        "--rounds=0, --rounds must be at least 1",
        "--seconds=-1, --seconds must be at least 0",
        "--members=0, --members at least 1",
        "--connects=-1, --connects must be at least 0",
        "--connects=10001, at most 10000",
        "--connect-warmup=-1, --connect-warmup at least 0"
    })
    void refusesAWrongOptionAndNamesIt(String option, String message) {
        assertThat(run(option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void refusesAPageWithoutMarksBeforeItRuns() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "nothing");
        assertThat(run("--docs=" + page)).isEqualTo(2);
        assertThat(err.toString()).contains("has no <!-- tls:begin -->");
    }

    private int run(String... args) {
        return new CommandLine(new TlsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
