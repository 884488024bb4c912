package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bars for a log on disk, as much of them as a build has time for. */
class DiskIT {
    @TempDir
    private Path directory;

    @Test
    void fortyKillsLoseDoubleAndReorderNothing() {
        CommandRun run = run("--fault=kill", "--faults=40", "--rate=500");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
        assertThat(run.text()).contains("40 restarts");
    }

    @Test
    void aLossOfPowerLosesNothingThatWasAcknowledged() throws InterruptedException {
        assumeTrue(Shim.missing().isEmpty());
        CommandRun run = run("--fault=power", "--faults=8", "--rate=500");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
        assertThat(run.text()).contains("8 restarts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"io-error", "disk-full", "term,stop"})
    void otherFaultsHarmNobodyEither(String fault) {
        CommandRun run = run("--fault=" + fault, "--faults=4");
        assertThat(run.exit()).as(run.text()).isIn(CommandRun.OK, CommandRun.UNKNOWN);
    }

    @Test
    void damagedDataIsNeverServed() {
        CommandRun run = run("--fault=corrupt", "--faults=20");
        assertThat(run.exit()).as(run.text()).isEqualTo(CommandRun.OK);
    }

    private CommandRun run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--seed=7", "--out=" + directory));
        arguments.addAll(List.of(options));
        return CommandRun.of(arguments);
    }
}
