package io.magpie.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every server that this machine has carries messages as its dialect says. */
class YardsticksIT {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String PAYLOAD = "0123456789abcdef".repeat(8);

    @TempDir
    private Path directory;

    static Stream<Named<Yardstick>> yardsticks() {
        return Yardsticks.all(HOME).stream().map(yardstick -> Named.of(yardstick.name(), yardstick));
    }

    static Stream<Named<Yardstick>> compressing() {
        Set<String> others = Set.of("nchan", "nats", "relay");
        return yardsticks().filter(yardstick -> !others.contains(yardstick.getName()));
    }

    @ParameterizedTest
    @MethodSource("yardsticks")
    void everyMemberOfARoomReceivesWhatOnePublishes(Yardstick yardstick) throws IOException, InterruptedException {
        assumeRunnable(yardstick);
        List<Long> pids;
        try (RunningServer server = start(yardstick, false)) {
            pids = server.pids();
            assertThat(pids).isNotEmpty().allMatch(YardsticksIT::isAlive);
            carries(server, yardstick.dialect());
        }
        assertThat(pids).noneMatch(YardsticksIT::isAlive);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void compressesOnlyIfTold(Yardstick yardstick) throws IOException, InterruptedException {
        assumeRunnable(yardstick);
        for (boolean deflate : List.of(true, false)) {
            try (RunningServer server = start(yardstick, deflate);
                    RawClient client = new RawClient(server.port())) {
                client.write(
                        RawClient.upgrade(yardstick.dialect().path(0), "Sec-WebSocket-Extensions: permessage-deflate"));
                assertThat(client.readHead().contains("permessage-deflate")).isEqualTo(deflate);
            }
        }
    }

    /** Starts one; once more, if somebody took the port that was free for it. */
    private RunningServer start(Yardstick yardstick, boolean deflate) throws IOException, InterruptedException {
        Launch launch = new Launch(-1, deflate, directory);
        try {
            return yardstick.start(launch);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("in use");
            return yardstick.start(launch);
        }
    }

    private static void carries(RunningServer server, Dialect dialect) throws InterruptedException {
        try (TestMember first = TestMember.join(server, dialect, 0);
                TestMember second = TestMember.join(server, dialect, 0);
                TestMember other = TestMember.join(server, dialect, 1)) {
            for (int i = 0; i < 3; i++) {
                first.publish(PAYLOAD + i);
                assertThat(first.received()).isEqualTo(PAYLOAD + i);
                assertThat(second.received()).isEqualTo(PAYLOAD + i);
            }
            other.publish("elsewhere");
            assertThat(other.received()).isEqualTo("elsewhere");
        }
    }

    private static void assumeRunnable(Yardstick yardstick) throws IOException {
        Optional<String> missing = yardstick.missing();
        assumeTrue(missing.isEmpty(), missing::toString);
        if (yardstick instanceof MagpieYardstick) {
            assumeTrue(gatewayIsBuilt(), "the script would have to build the gateway first");
        }
    }

    /** Whether the gateway's jar is there and newer than its sources. */
    private static boolean gatewayIsBuilt() throws IOException {
        try (Stream<Path> jars = Files.list(HOME.resolve("gateway/target"))) {
            Optional<Path> jar =
                    jars.filter(file -> file.toString().endsWith("-all.jar")).findFirst();
            if (jar.isEmpty()) {
                return false;
            }
            FileTime built = Files.getLastModifiedTime(jar.get());
            return isOlder(HOME.resolve("gateway/src/main"), built)
                    && isOlder(HOME.resolve("protocol/src/main"), built)
                    && isOlder(HOME.resolve("pom.xml"), built);
        }
    }

    private static boolean isOlder(Path tree, FileTime than) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).compareTo(than) > 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
