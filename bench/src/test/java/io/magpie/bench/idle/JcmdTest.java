package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JcmdTest {
    @TempDir
    private Path directory;

    @Test
    void readsTheHeapOfG1() {
        assertThat(Jcmd.heapUsed(List.of(
                        "4711:",
                        " garbage-first heap   total 262144K, used 15040K [0x00000000d0000000, 0x0000000100000000)",
                        " Metaspace       used 20000K, committed 20480K, reserved 1114112K")))
                .isEqualTo(15_040L * 1_024);
    }

    @Test
    void readsTheHeapOfZgc() {
        assertThat(Jcmd.heapUsed(List.of(" ZHeap           used 146M, capacity 384M, max capacity 6036M")))
                .isEqualTo(146L << 20);
    }

    @Test
    void refusesOutputWithoutAHeap() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Jcmd.heapUsed(List.of(" Metaspace       used 20000K, committed 20480K")));
    }

    @Test
    void countsWhatTheArenasOfTheCLibraryHandedOutAndWhatIsMapped() {
        assertThat(Jcmd.nativeHeap(List.of(
                        "4711:",
                        "<malloc version=\"1\">",
                        "<heap nr=\"0\">",
                        "<sizes>",
                        "  <size from=\"33\" to=\"48\" total=\"96\" count=\"2\"/>",
                        "</sizes>",
                        "<total type=\"fast\" count=\"1\" size=\"32\"/>",
                        "<total type=\"rest\" count=\"2\" size=\"500\"/>",
                        "<system type=\"current\" size=\"4000\"/>",
                        "<system type=\"max\" size=\"9000\"/>",
                        "</heap>",
                        "<total type=\"fast\" count=\"3\" size=\"96\"/>",
                        "<total type=\"rest\" count=\"103\" size=\"1000\"/>",
                        "<total type=\"mmap\" count=\"4\" size=\"30000\"/>",
                        "<system type=\"current\" size=\"8000\"/>",
                        "<system type=\"max\" size=\"17174528\"/>",
                        "</malloc>")))
                .hasValue(8_000 - 96 - 1_000 + 30_000);
    }

    @Test
    void doesNotGuessWhatTheCLibraryDoesNotTell() {
        assertThat(Jcmd.nativeHeap(List.of("4711:", "Error: malloc_info(3) not supported")))
                .isEmpty();
    }

    @Test
    void prefersTheFirstJdkThatHasIt() throws IOException {
        Path bare = Files.createDirectories(directory.resolve("jre"));
        Path program = Files.createDirectories(directory.resolve("jdk/bin")).resolve("jcmd");
        assertThat(Files.createFile(program).toFile().setExecutable(true)).isTrue();
        assertThat(Jcmd.find(Stream.of(bare, directory.resolve("jdk")), "/nowhere"))
                .contains(program);
    }

    @Test
    void looksOnTheSearchPathLast() throws IOException {
        Path program = directory.resolve("jcmd");
        assertThat(Files.createFile(program).toFile().setExecutable(true)).isTrue();
        assertThat(Jcmd.find(Stream.empty(), "/nowhere:" + directory)).contains(program);
        assertThat(Jcmd.find(Stream.empty(), "/nowhere")).isEmpty();
    }
}
