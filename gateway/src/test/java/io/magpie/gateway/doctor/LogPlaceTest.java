package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.doctor.Finding.Level;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the place of the log. */
class LogPlaceTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long MIB = 1L << 20;

    @TempDir
    Path directory;

    @Test
    void measuresWhereTheDirectoryWillBeAndLeavesNothingThere() throws IOException {
        Path data = directory.resolve("a/data");

        List<Finding> findings = at(data).look();

        assertThat(findings)
                .extracting(Finding::what)
                .containsExactly(LogPlace.WHAT, LogPlace.SPACE, LogPlace.DISK, LogPlace.SYNC);
        assertThat(findings.get(0).found()).isEqualTo(data + " will be made in " + directory);
        assertThat(findings.get(3).found()).contains("writes of 4 KiB: median ");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void saysThatADirectoryIsFree() throws IOException {
        assertThat(at(directory).look().get(0).found()).isEqualTo(directory + " is writable and free");
    }

    @Test
    void refusesAFileInTheWay() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThat(at(file.resolve("data")).look())
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL))
                .satisfies(finding -> assertThat(finding.found()).contains(file + " is no directory"));
    }

    @Test
    void looksAtNothingWhereTheLogIsInMemory() throws IOException {
        assertThat(new LogPlace(TestConfig.with().log()).look())
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @ParameterizedTest
    @CsvSource({"63, FAIL", "64, WARN", "255, WARN", "256, OK"})
    void wantsMoreSpaceThanTheLeast(long free, Level level) {
        assertThat(at(directory).space(free * MIB).level()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({"ext4, OK", "xfs, OK", "tmpfs, WARN", "overlay, WARN", "nfs4, WARN"})
    void knowsFileSystemsThatForget(String type, Level level) {
        assertThat(LogPlace.disk(type).level()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({"2, OK", "99, OK", "101, WARN", "999, WARN", "1001, FAIL"})
    void judgesTheDiskByItsWorstWrite(long worst, Level level) {
        List<Long> nanos = new ArrayList<>(Collections.nCopies(49, 2 * MILLISECOND));
        nanos.add(7, worst * MILLISECOND);

        Finding finding = LogPlace.sync(nanos);

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).isEqualTo("50 writes of 4 KiB: median 2.00 ms, worst " + worst + ".00 ms");
    }

    private static LogPlace at(Path data) {
        return new LogPlace(
                TestConfig.with("log.kind=disk", "log.directory=" + data).log());
    }
}
