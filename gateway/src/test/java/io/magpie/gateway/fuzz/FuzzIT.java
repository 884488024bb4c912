package io.magpie.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes every target for {@code -Dmagpie.fuzz.seconds}, 20 by default, or those of {@code -Dmagpie.fuzz.targets}, with
 * commas between them; {@code -Dmagpie.fuzz.seed} makes runs alike. The report is in {@code target/fuzz/report.md}. An input that breaks a promise belongs into
 * {@code src/test/resources/fuzz}, from where {@link FuzzSeedsTest} tries it for ever.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIT {
    private static final Path DIRECTORY = Path.of("target", "fuzz");
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("magpie.fuzz.seconds", 20));

    private final List<FuzzRun.Outcome> outcomes = new ArrayList<>();

    static List<FuzzTarget> targets() {
        return FuzzTarget.named(System.getProperty("magpie.fuzz.targets", ""));
    }

    @BeforeAll
    void isPossible() {
        if (!FuzzRun.possible()) {
            say("fuzz: skipped, because Jazzer has no native code for " + FuzzRun.platform());
        }
        assumeTrue(FuzzRun.possible(), () -> "Jazzer has no native code for " + FuzzRun.platform());
    }

    @AfterAll
    void report() throws IOException {
        if (!outcomes.isEmpty()) {
            Path file = DIRECTORY.resolve("report.md");
            Files.createDirectories(DIRECTORY);
            new FuzzReport(outcomes).write(file);
            say("fuzz: the report is " + file.toAbsolutePath());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void noInputBreaksAPromise(FuzzTarget target) throws Exception {
        FuzzRun run = new FuzzRun(target, TIME, DIRECTORY.resolve(target.toString()));
        say("fuzz: " + target + ", for " + TIME.toSeconds() + " s");

        FuzzRun.Outcome outcome = run.run(log -> tell(target, log));

        outcomes.add(outcome);
        tell(target, outcome.log());
        assertThat(outcome.log().findings())
                .as("what was found; the inputs %s; the log %s", outcome.log().artifacts(), run.logFile())
                .isEmpty();
        assertThat(outcome.exitCode()).as("exit code; see %s", run.logFile()).isZero();
        assertThat(outcome.log().complete())
                .as("it came to its end; see %s", run.logFile())
                .isTrue();
        assertThat(outcome.log().executions())
                .as("inputs, the seeds and more; see %s", run.logFile())
                .isGreaterThan(seeds(target) + TIME.toSeconds());
    }

    private static long seeds(FuzzTarget target) throws IOException {
        try (Stream<Path> seeds = Files.list(target.seeds())) {
            return seeds.count();
        }
    }

    private static void tell(FuzzTarget target, FuzzLog log) {
        say(String.format(
                Locale.ROOT,
                "fuzz: %s, %,d inputs, %,d edges, %,d worth keeping%s",
                target,
                log.executions(),
                log.now().edges(),
                log.now().inputs(),
                log.findings().isEmpty() ? "" : ", FOUND " + log.findings()));
    }

    /** Progress of what may take an hour. */
    private static void say(String line) {
        System.out.println(line);
    }
}
