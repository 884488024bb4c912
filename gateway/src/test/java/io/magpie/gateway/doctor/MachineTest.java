package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.doctor.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a machine: files, ports, memory, transport, clock. */
class MachineTest {
    private static final long MIB = 1L << 20;
    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max core file size        0                    unlimited            bytes
            Max open files            20000                524288               files
            Max locked memory         8388608              8388608              bytes
            """;

    @Test
    void needsAFileForEachConnectionAndSomeMore() {
        assertThat(new OpenFiles(19_000).judge(LIMITS).level()).isEqualTo(Level.OK);

        Finding finding = new OpenFiles(19_001).judge(LIMITS);
        assertThat(finding.level()).isEqualTo(Level.FAIL);
        assertThat(finding.found()).isEqualTo("limit 20,000; limits.connections 19,001 needs 20,001");
        assertThat(finding.advice()).contains("limits.connections to 19,000");
    }

    @Test
    void knowsWhereThereIsNoLimitOfFiles() {
        assertThat(new OpenFiles(10_000_000)
                        .judge(LIMITS.replace("20000 ", "unlimited "))
                        .level())
                .isEqualTo(Level.OK);
        assertThat(new OpenFiles(1).judge("nothing of files").level()).isEqualTo(Level.SKIPPED);
    }

    @Test
    void warnsOfAKernelThatHoldsFewerThanTheBacklog() {
        assertThat(new ListenBacklog(4_096).judge("4096\n").level()).isEqualTo(Level.OK);

        Finding finding = new ListenBacklog(4_096).judge("128\n");
        assertThat(finding.level()).isEqualTo(Level.WARN);
        assertThat(finding.advice()).contains("sysctl -w net.core.somaxconn=4096");
    }

    @Test
    void saysHowManyConnectionsAProxyCanMake() {
        assertThat(ListenBacklog.ports("32768\t60999\n").found())
                .startsWith("32768 to 60999: a proxy makes at most 28,232 connections");
        assertThat(ListenBacklog.ports("x").level()).isEqualTo(Level.SKIPPED);
    }

    @Test
    void readsTheKernelsFilesAsAWhole() throws IOException {
        assumeTrue(Files.isReadable(Path.of("/proc/sys/net/core/somaxconn")));

        assertThat(new ListenBacklog(65_535).look())
                .noneMatch(finding -> finding.level() == Level.SKIPPED)
                .first()
                .satisfies(finding -> assertThat(finding.found())
                        .endsWith("net.core.somaxconn "
                                + Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn"))
                                        .get(0)));
    }

    @ParameterizedTest
    @CsvSource({"512, 512, 2048, OK", "1024, 1024, 2048, WARN", "2000, 100, 2048, FAIL"})
    void comparesWhatTheJvmMayTakeWithWhatIsThere(long heap, long direct, long machine, Level level) {
        assertThat(Memory.machine(heap * MIB, direct * MIB, machine * MIB).level())
                .isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({"600, OK", "300, WARN", "200, FAIL"})
    void wantsRoomForTheSessionsTwice(long heap, Level level) {
        Finding finding = new Memory(100_000).heap(heap * MIB);

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).contains("limits.connections 100,000 idle sessions", "take 260 MiB");
    }

    @Test
    void countsMoreSessionsThanAnIntHolds() {
        assertThat(new Memory(10_000_000).heap(1_000 * MIB).found()).contains("take 22,920 MiB");
    }

    @Test
    void saysWhichTransportIsUsed() {
        assertThat(new JavaCheck(IoKind.AUTO, kind -> "epoll")
                        .transport("Linux")
                        .found())
                .isEqualTo("epoll (transport.kind auto)");
        assertThat(new JavaCheck(IoKind.AUTO, kind -> "nio")
                        .transport("Mac OS X")
                        .level())
                .isEqualTo(Level.OK);
        assertThat(new JavaCheck(IoKind.NIO, kind -> "nio").transport("Linux").level())
                .isEqualTo(Level.OK);
    }

    @Test
    void saysWhyATransportIsNotThere() {
        Finding slow = new JavaCheck(IoKind.AUTO, MachineTest::withoutEpoll).transport("Linux");
        Finding none = new JavaCheck(IoKind.EPOLL, MachineTest::withoutEpoll).transport("Linux");

        assertThat(slow.level()).isEqualTo(Level.WARN);
        assertThat(slow.found()).isEqualTo("nio, since no library");
        assertThat(none.level()).isEqualTo(Level.FAIL);
        assertThat(none.found()).isEqualTo("no library");
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "4, OK", "-4, OK", "6, WARN", "-29, WARN", "31, FAIL", "-3600, FAIL"})
    void comparesClocks(long seconds, Level level) {
        String date = "Tue, 15 Nov 1994 08:12:31 GMT";

        Finding finding = ClockCheck.judge(
                "chat.example.com", date, Instant.parse("1994-11-15T08:12:31Z").plusSeconds(seconds));

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).endsWith("that of chat.example.com");
    }

    @Test
    void saysWhichWayTheClockIsOff() {
        Instant now = Instant.parse("1994-11-15T08:13:31Z");

        assertThat(ClockCheck.judge("x", "Tue, 15 Nov 1994 08:12:31 GMT", now).found())
                .isEqualTo("60 s ahead of that of x");
        assertThat(ClockCheck.judge("x", "Tue, 15 Nov 1994 08:14:31 GMT", now).found())
                .isEqualTo("60 s behind that of x");
        assertThat(ClockCheck.judge("x", "yesterday", now).level()).isEqualTo(Level.SKIPPED);
        assertThat(new ClockCheck(null, null).look())
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.SKIPPED));
    }

    private static String withoutEpoll(IoKind kind) {
        if (kind == IoKind.EPOLL) {
            throw new IllegalStateException("no library");
        }
        return "nio";
    }
}
