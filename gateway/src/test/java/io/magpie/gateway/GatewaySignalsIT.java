package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in a process of its own, and the signals that end it. */
class GatewaySignalsIT {
    private static final Pattern PORT = Pattern.compile("listen=127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path directory;

    private Process process;

    @AfterEach
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    void sigtermEndsAGatewayInOrderWithZero() throws Exception {
        try (RawClient client = RawClient.upgraded(start("drain=1s"), "/ws")) {
            process.destroy();

            assertThat(client.next().closeCode()).isEqualTo(1012);
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void aSecondSigtermEndsItAtOnce() throws Exception {
        try (RawClient client = RawClient.upgraded(start("drain=60s"), "/ws")) {
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.SECONDS))
                    .as("it waits for its client")
                    .isFalse();

            process.destroy();

            assertThat(process.waitFor(2, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(client.framesToEnd()).isEmpty();
        }
    }

    private InetSocketAddress start(String setting) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.magpie.gateway.Main",
                        "run",
                        "--set",
                        "listen.host=127.0.0.1",
                        "--set",
                        "listen.port=0",
                        "--set",
                        "management.port=0",
                        "--set",
                        "log.kind=memory",
                        "--set",
                        setting))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        for (int i = 0; i < 300; i++) {
            Matcher port = PORT.matcher(Files.readString(log));
            if (port.find()) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
            }
            Thread.sleep(50);
        }
        throw new IOException(Files.readString(log));
    }
}
