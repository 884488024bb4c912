package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void makesTheDirectoryIfItIsMissing() {
        try (DataDirectory directory = DataDirectory.open(temp.resolve("a/b"))) {
            assertThat(directory.files().getParent()).isDirectory();
        }
    }

    @Test
    void refusesASecondUserAndNamesTheFirst() {
        try (DataDirectory first = DataDirectory.open(temp)) {
            assertThat(first.files()).isNotNull();
            assertThatThrownBy(() -> DataDirectory.open(temp))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(temp.toString())
                    .hasMessageContaining(
                            "another process (" + ProcessHandle.current().pid() + ")");
        }
        DataDirectory.open(temp).close();
    }

    @Test
    void refusesAFormatThatANewerVersionWrote() throws IOException {
        DataDirectory.open(temp).close();
        Files.writeString(temp.resolve("magpie.format"), "2\n");

        assertThatThrownBy(() -> DataDirectory.open(temp))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("newer");
    }

    @Test
    void refusesADamagedFormatFileAndNamesIt() throws IOException {
        DataDirectory.open(temp).close();
        Files.writeString(temp.resolve("magpie.format"), "\u0000\u0000");

        assertThatThrownBy(() -> DataDirectory.open(temp))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("magpie.format");
    }

    @Test
    void saysWhatIsWrongWithAPathThatIsNoDirectory() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");

        assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("can't be used");
    }
}
