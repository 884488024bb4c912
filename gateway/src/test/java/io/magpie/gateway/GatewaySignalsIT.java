package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** Seconds. */
    private static final int PAUSE = Boolean.getBoolean("magpie.long") ? 20 : 5;

    /** Seconds in which what must happen has happened, however busy the machine is. */
    private static final int PATIENCE = 60;

    private static final int LOOK_EVERY_MILLIS = 50;

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
        assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
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

            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .as("long before the drain is over")
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(client.framesToEnd()).isEmpty();
        }
    }

    @Test
    void aLongPauseOfTheProcessKicksNobody() throws Exception {
        InetSocketAddress server = start("heartbeat.interval=1s", "heartbeat.idle-timeout=4s");
        try (RawClient client = RawClient.upgraded(server, "/ws?room=pause")) {
            pong(client);

            signal("STOP");
            assertThat(process.waitFor(PAUSE, TimeUnit.SECONDS))
                    .as("it stands still")
                    .isFalse();
            signal("CONT");

            // It is asked anew whether it lives, instead of being told that it was silent for too long.
            for (int i = 0; i < 3; i++) {
                pong(client);
            }
            client.send(ClientFrame.text("still here"));
            assertThat(client.next().text()).isEqualTo("still here");
        }
    }

    /** Answers the next ping, which must come. */
    private static void pong(RawClient client) throws IOException {
        assertThat(client.next().opcode()).isEqualTo(9);
        client.send(ClientFrame.of(10, new byte[0]));
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private InetSocketAddress start(String... settings) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(
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
                "overload.loop-lag=0s",
                "--set",
                "overload.heap=0"));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        for (int i = 0; i < PATIENCE * 1_000 / LOOK_EVERY_MILLIS; i++) {
            Matcher port = PORT.matcher(Files.readString(log));
            if (port.find()) {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        throw new IOException(Files.readString(log));
    }
}
