package io.magpie.bench.yardstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsAShell() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    }

    @Test
    void tellsTheEndOfTheLogIfTheServerEnds() {
        assertThatThrownBy(() -> start("echo the port is taken >&2; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessage("the server ended with 3: the port is taken");
    }

    @Test
    void readsTheGatewaysPortFromItsLog() {
        String start = "2026-01-01T00:00:00.000Z INFO  [main] Main gateway.";
        assertThat(MagpieYardstick.port(start + "starting\n")).isEmpty();
        assertThat(MagpieYardstick.port(
                        start + "started version=1 listen=127.0.0.1:4711 management=127.0.0.1:81 x=1\n"))
                .hasValue(4711);
    }

    private void start(String script) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        ServerProcess.start(new Launch(-1, false, directory), new ServerProcess.Start(shell(script), port))
                .close();
    }

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }
}
