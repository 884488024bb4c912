package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsAShell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    }

    @Test
    void tellsTheEndOfTheOutputOfACommandThatFails() {
        List<String> command = List.of("/bin/sh", "-c", "echo no space; exit 1");
        assertThatThrownBy(() -> Program.run(command, directory.resolve("log"), Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(" failed: no space");
    }

    @Test
    void namesThePackageOfAProgramThatIsMissing() {
        assertThat(Program.of("no-such-program", "some-package").missing())
                .hasValue("no-such-program isn't installed (Debian: apt-get install some-package)");
        assertThat(Program.of("sh", "dash").missing()).isEmpty();
    }
}
