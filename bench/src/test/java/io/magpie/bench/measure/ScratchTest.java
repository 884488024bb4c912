package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path parent;

    @Test
    void aRunWritesWhereItWasAsked() throws IOException {
        Path asked = parent.resolve("a/b");
        assertThat(Scratch.orAsked(asked, "magpie-test-")).isEqualTo(asked).isEmptyDirectory();
    }

    @Test
    void aRunOfWhichNothingIsWantedLeavesNothing() throws IOException {
        Path folder = Scratch.orAsked(null, "magpie-test-");
        Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("file"), "text");
        Scratch.leave(folder, true, new PrintWriter(err, true));
        assertThat(folder).doesNotExist();
        assertThat(err).hasToString("");
    }

    @Test
    void saysWhereIsWhatStays() throws IOException {
        Scratch.leave(parent, false, new PrintWriter(err, true));
        assertThat(parent).exists();
        assertThat(err.toString()).startsWith("all that was written is in " + parent);
    }

    @Test
    void whatIsNotThereIsGone() throws IOException {
        Path missing = parent.resolve("missing");
        Scratch.delete(missing);
        assertThat(missing).doesNotExist();
    }
}
