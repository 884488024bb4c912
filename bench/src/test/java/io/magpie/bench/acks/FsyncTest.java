package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsyncTest {
    @TempDir
    private Path directory;

    @Test
    void asksTheDiskAndLeavesNothingBehind() throws IOException {
        Fsync fsync = Fsync.of(directory);
        assertThat(fsync.count()).isBetween(1L, 500L);
        assertThat(fsync.p50Millis()).isPositive().isLessThanOrEqualTo(fsync.p99Millis());
        assertThat(fsync.p99Millis()).isLessThanOrEqualTo(fsync.maxMillis());
        assertThat(directory).isEmptyDirectory();
    }
}
