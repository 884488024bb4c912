package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against the real gateway, with its log in memory, in a process of its own. */
class VerifyIT {
    @TempDir
    private Path directory;

    @Test
    void aBadNetworkLosesDoublesAndReordersNothing() {
        CommandRun run = run("--fault=proxy,cut", "--faults=30", "--rate=300");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
    }

    @Test
    void whatIsSentAgainWithItsKeyIsStoredOnce() {
        CommandRun run = run("--fault=ack-loss", "--faults=1", "--rate=1000", "--messages=2000");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
        assertThat(run.text()).contains("2,000 sent, 2,000 answered ok, 0 given up unknown, 2,000 stored");
    }

    @Test
    void aPauseOfTheServerHarmsNobody() {
        CommandRun run = run("--fault=stop,slow", "--faults=4");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
    }

    @Test
    void jumpsOfTheClockHarmNobody() throws InterruptedException {
        assumeTrue(Shim.missing().isEmpty());
        CommandRun run = run("--fault=clock", "--faults=6");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
    }

    /** The log is in memory: the checker has to say so. */
    @Test
    void whatAServerForgetsWhenItIsKilledIsMissed() {
        CommandRun run = run("--fault=kill", "--faults=2");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.WRONG);
        assertThat(run.text()).containsPattern("WRONG +[0-9,]+ +LOST").contains("verdict     WRONG");
        assertThat(directory.resolve("history.jsonl")).exists();
        assertThat(directory.resolve("verify.json")).exists();
    }

    @Test
    void aFaultThatNeedsADiskIsSkippedVisibly() {
        CommandRun run = run("--fault=io-error,stop", "--faults=1");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
        assertThat(run.text()).contains("SKIPPED     io-error: the log is in memory");
    }

    private CommandRun run(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("--log=memory", "--warm=500ms", "--clients=24", "--rooms=4", "--seed=7", "--out=" + directory));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments);
    }
}
