package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineProbeTest {
    @TempDir
    private Path folder;

    @Test
    void addsUpAllButIdling() throws IOException {
        Path stat = Files.writeString(folder.resolve("stat"), "cpu  1 2 4 1000 1000 8 16 32 0 0\ncpu0 9 9 9\n");
        assertThat(new MachineProbe(stat).busyNanos()).isEqualTo(630_000_000);
    }

    @Test
    void knowsNothingWithoutTheFile() {
        assertThat(new MachineProbe(folder.resolve("none")).busyNanos()).isZero();
    }
}
