package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Small comparisons of real servers: everything arrives, and there are figures of everybody. */
class CompareIT {
    private final StringWriter messages = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void measuresEverybodyInEveryRoundWithoutAFault() throws IOException {
        int exit = run(
                new CompareCommand(),
                "--scenario=S1,S5",
                "--servers=stock,vertx",
                "--members=20",
                "--rounds=1",
                "--seconds=1",
                "--warmup=300ms",
                "--out=" + folder);
        assertThat(exit).as(messages.toString()).isZero();
        JsonNode figures = new ObjectMapper()
                .readTree(folder.resolve("compare.json").toFile())
                .at("/results/figures");
        assertThat(figures).hasSize(2 * (3 + 1)).allSatisfy(one -> {
            assertThat(one.path("deliveries").asLong()).isPositive();
            assertThat(one.path("undelivered").asInt()).isZero();
            assertThat(one.path("faults").asInt()).isZero();
            assertThat(one.path("p99Millis").asDouble()).isPositive();
        });
        assertThat(folder.resolve("s1-cost.png")).exists();
    }

    @Test
    void stormsAServer() {
        int exit = run(new StormCommand(), "--servers=stock", "--connects=300", "--rounds=1", "--warmup=0");
        assertThat(exit).as(messages.toString()).isZero();
        assertThat(messages.toString()).containsPattern("stock +upgrade +[0-9.]+ \\(");
    }

    private int run(Object command, String... args) {
        CommandLine line =
                new CommandLine(command).setOut(new PrintWriter(messages)).setErr(new PrintWriter(messages));
        String[] all = Arrays.copyOf(args, args.length + 2);
        // This JVM has other tests to run, on any processor.
        all[args.length] = "--load-cpu=-1";
        all[args.length + 1] = "--server-cpu=-1";
        return line.execute(all);
    }
}
