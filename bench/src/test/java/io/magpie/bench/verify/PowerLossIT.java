package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a loss of power takes from small programs, where there is a C compiler. */
class PowerLossIT {
    @TempDir
    private Path directory;

    private Path data;
    private Shim shim;
    private PowerLoss power;

    @BeforeEach
    void compile() throws IOException, InterruptedException {
        assumeTrue(Shim.missing().isEmpty());
        data = Files.createDirectories(directory.resolve("data"));
        shim = Shim.compile(directory, data);
        power = new PowerLoss(data, directory.resolve("synced"));
    }

    @Test
    void whatWasThereBeforeTheProcessStays() throws IOException, InterruptedException {
        Files.writeString(data.resolve("old"), "old");
        run("printf more >> data/old", Map.of());

        assertThat(power.strike()).isEqualTo(4);
        assertThat(data.resolve("old")).hasContent("old");
    }

    @Test
    void aFileKeepsWhatWasSyncedOfIt() throws IOException, InterruptedException {
        run("printf one > data/new; sync data/new; sync data; printf two >> data/new", Map.of());

        assertThat(power.strike()).isEqualTo(3);
        assertThat(data.resolve("new")).hasContent("one");
    }

    @Test
    void aFileWhoseDirectoryWasNotSyncedIsGone() throws IOException, InterruptedException {
        run("printf one > data/new; sync data/new; mkdir data/inner; printf two > data/inner/file", Map.of());

        assertThat(power.strike()).isEqualTo(6);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aDirectoryIsNotKeptByWhatIsSyncedInIt() throws IOException, InterruptedException {
        run("mkdir data/inner; printf one > data/inner/file; sync data/inner/file; sync data/inner", Map.of());

        assertThat(power.strike()).isEqualTo(3);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aFileThatWasSyncedUnderAnotherNameIsKept() throws IOException, InterruptedException {
        run("printf one > data/draft; sync data/draft; mv data/draft data/new; sync data", Map.of());

        assertThat(power.strike()).isZero();
        assertThat(data.resolve("new")).hasContent("one");
    }

    @Test
    void aDeletedFilesNumberSaysNothingOfTheNext() throws IOException, InterruptedException {
        run(
                "printf old > data/old; sync data/old; sync data; unlink \"$PWD/data/old\"; printf new > data/new",
                Map.of());

        assertThat(power.strike()).isEqualTo(3);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void aBugOfDirectoriesCanBePlanted() throws IOException, InterruptedException {
        run("printf one > data/new; sync data/new; sync data", Map.of("FAULTS_FORGET", "directories"));

        assertThat(power.strike()).isEqualTo(3);
        assertThat(data).isEmptyDirectory();
    }

    private void run(String script, Map<String, String> more) throws IOException, InterruptedException {
        power.remember();
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(shim.environment());
        builder.environment().putAll(power.environment());
        builder.environment().putAll(more);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
    }
}
