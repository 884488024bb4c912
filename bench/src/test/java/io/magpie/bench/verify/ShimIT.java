package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim under small programs, where there is a C compiler. */
class ShimIT {
    private static final long HOUR = 3_600;

    @TempDir
    private Path directory;

    private Path data;
    private Shim shim;

    @BeforeEach
    void compile() throws IOException, InterruptedException {
        assumeTrue(Shim.missing().isEmpty());
        data = Files.createDirectories(directory.resolve("data"));
        shim = Shim.compile(directory, data);
    }

    @Test
    void writesFailBelowThePathOnly() throws IOException, InterruptedException {
        shim.files(Shim.ENOSPC, 0, 0);
        assertThat(run("printf x | cat > data/file")).contains("No space left");
        assertThat(run("echo x > file; cat file")).isEqualTo("x\n");
        shim.files(0, 0, 0);
        assertThat(run("echo x > data/file; cat data/file")).isEqualTo("x\n");
    }

    @Test
    void anFsyncFailsWhereAWriteDoesNot() throws IOException, InterruptedException {
        shim.files(0, Shim.EIO, 0);
        assertThat(run("dd if=/dev/zero of=data/file bs=10 count=1 conv=fsync")).contains("Input/output error");
        assertThat(data.resolve("file")).hasSize(10);
    }

    @Test
    void theWallClockJumps() throws IOException, InterruptedException {
        shim.clock(-HOUR * 1_000);
        long seconds = Long.parseLong(run("date +%s").strip());
        assertThat(System.currentTimeMillis() / 1_000 - seconds).isBetween(HOUR - 60, HOUR + 60);
    }

    private String run(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(shim.environment());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
