package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProbeTest {
    @TempDir
    private Path directory;

    @Test
    void readsCpuAndMemory() throws IOException {
        Files.writeString(
                directory.resolve("stat"),
                "42 (a (strange) name) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 9 0 1 2 3\n");
        Files.writeString(
                directory.resolve("status"), "Name:\tjava\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\nThreads:\t9\n");
        assertThat(ServerProbe.of(directory).sample())
                .contains(new ServerProbe.Sample(2_000_000_000L, 200 * 1024, 300 * 1024));
    }

    @Test
    void hasNothingOfAProcessThatIsGone() {
        assertThat(ServerProbe.of(directory.resolve("gone")).sample()).isEmpty();
        assertThat(ServerProbe.none().sample()).isEmpty();
    }

    @Test
    void readsTheModelOfTheProcessor() throws IOException {
        Path cpuInfo = directory.resolve("cpuinfo");
        Files.writeString(cpuInfo, "processor\t: 0\nmodel name\t: Fast: CPU 3000\n");
        Environment environment = Environment.collect(cpuInfo, Instant.parse("2026-11-22T10:11:12.345Z"));
        assertThat(environment.cpu()).isEqualTo("Fast: CPU 3000");
        assertThat(environment.date()).isEqualTo("2026-11-22T10:11:12Z");
        assertThat(environment.jdk()).contains(Runtime.version().toString());
        assertThat(environment.cores()).isPositive();
    }

    @Test
    void doesWithoutTheModelOfTheProcessor() {
        assertThat(Environment.collect(directory.resolve("none"), Instant.EPOCH).cpu())
                .isEqualTo("unknown");
    }
}
