package io.magpie.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That it outlasts a loss of power is tested with a real gateway, by {@code magpie bench verify --fault power}. */
class DurableFilesTest {
    @TempDir
    private Path directory;

    @Test
    void makesAllDirectoriesThatAreMissing() throws IOException {
        Path inner = directory.resolve("a").resolve("b");
        DurableFiles.makeDirectories(inner);
        assertThat(inner).isDirectory();

        DurableFiles.makeDirectories(inner);
        assertThat(inner).isEmptyDirectory();
    }

    @Test
    void replacesAFileAndLeavesNoOther() throws IOException {
        Path file = directory.resolve("file");
        DurableFiles.write(file, "a longer text".getBytes(StandardCharsets.UTF_8));
        DurableFiles.write(file, "text".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("text");
        assertThat(directory.toFile().list()).containsExactly("file");
    }

    @Test
    void refusesADirectoryThatIsAFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DurableFiles.makeDirectories(file)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DurableFiles.makeDirectories(file.resolve("inner")))
                .isInstanceOf(IOException.class);
    }
}
