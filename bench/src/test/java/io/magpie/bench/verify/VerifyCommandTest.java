package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    private static final int WRONG_OPTIONS = 2;

    @TempDir
    private Path directory;

    @Test
    void helpNamesEveryFaultAndTheExitCodes() {
        CommandRun run = CommandRun.of(List.of("--help"));
        assertThat(run.exit()).isZero();
        for (Fault fault : Fault.values()) {
            assertThat(run.text()).contains("  " + fault.word() + " ");
        }
        assertThat(run.text())
                .contains("0 verdict OK; 1 verdict WRONG; 2 wrong options")
                .contains("3 verdict");
    }

    @Test
    void whatIsNoFaultIsRefused() {
        CommandRun run = CommandRun.of(List.of("--fault=kindness"));
        assertThat(run.exit()).isEqualTo(WRONG_OPTIONS);
        assertThat(run.text()).contains("there is no fault 'kindness'");
    }

    @Test
    void whatCantBeDoneIsSaidAndIsNoProof() {
        CommandRun run = CommandRun.of(List.of("--log=memory", "--fault=corrupt", "--out=" + directory));
        assertThat(run.exit()).isEqualTo(CommandRun.UNKNOWN);
        assertThat(run.text()).contains("SKIPPED     corrupt: the log is in memory", "verdict     UNKNOWN");
    }

    @Test
    void aHistoryThatIsKeptIsJudgedAgain() throws IOException {
        Path history = directory.resolve("history.jsonl");
        try (Journal journal = new Journal(history)) {
            journal.add(Entry.ofBench(1, Entry.Kind.PHASE, 0, "final"));
        }
        CommandRun run = CommandRun.of(List.of("--check=" + history));
        assertThat(run.exit()).isEqualTo(CommandRun.UNKNOWN);
        assertThat(run.text()).contains("doubt       nothing was sent");
    }
}
