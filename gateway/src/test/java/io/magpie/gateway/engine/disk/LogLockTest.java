package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogLockTest {
    @TempDir
    Path temp;

    @Test
    void saysWhoUsesADirectory() throws IOException {
        try (DataDirectory taken = DataDirectory.open(temp)) {
            assertThat(taken.files().getParent()).isEqualTo(temp);
            assertThat(LogLock.holder(temp))
                    .contains(" (process " + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void saysThatNobodyDoesAndTakesNothing() throws IOException {
        assertThat(LogLock.holder(temp)).isEmpty();
        assertThat(Files.exists(temp.resolve("magpie.lock"))).isFalse();

        DataDirectory.open(temp).close();

        assertThat(LogLock.holder(temp)).isEmpty();
        DataDirectory.open(temp).close();
    }
}
