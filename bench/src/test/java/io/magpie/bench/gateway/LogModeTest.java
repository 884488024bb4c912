package io.magpie.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LogModeTest {
    private static final Path DATA = Path.of("/tmp/data");

    @Test
    void inMemoryNeedsNoFolder() {
        assertThat(LogMode.MEMORY.settings(DATA)).containsExactly("log.kind=memory");
        assertThat(LogMode.memory()).isEqualTo(LogMode.MEMORY.settings(DATA));
    }

    @Test
    void onADiskNamesFolderAndDurability() {
        assertThat(LogMode.PROCESS.settings(DATA))
                .containsExactly("log.kind=disk", "log.directory=/tmp/data", "log.durability=process");
        assertThat(LogMode.FSYNC.settings(DATA)).contains("log.durability=fsync");
    }

    @Test
    void aRelativeFolderIsThisProcesss() {
        assertThat(LogMode.FSYNC.settings(Path.of("data")))
                .contains("log.directory=" + Path.of("data").toAbsolutePath());
    }
}
