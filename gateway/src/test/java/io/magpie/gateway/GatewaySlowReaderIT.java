package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A member on a real socket stops reading until the kernel takes no more, and then wants everything. */
class GatewaySlowReaderIT {
    private static final RoomId ROOM = new RoomId("slow");

    /** What the kernel keeps for a reader: what it hasn't sent, a segment of loopback, and its own bookkeeping. */
    private static final long KERNEL_BYTES = 512 << 10;

    /** What the kernel keeps at the reader's end; told so, it doesn't let that grow. */
    private static final int READER_BYTES = 64 << 10;

    /** Thirteen megabytes: more than what the kernel keeps on NIO, where the sender's buffer grows to some. */
    private static final int MESSAGES = 900;

    private static final String TEXT = '"' + "x".repeat(15_000) + '"';

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void givesAMemberThatStoppedReadingEverythingOnceAndInOrder(IoKind kind) throws Exception {
        try (Gateway gateway = new Gateway(TestConfig.onLoopback(
                "transport.kind=" + kind.name().toLowerCase(Locale.ROOT),
                // However slow the machine is, nobody is closed or pinged meanwhile.
                "heartbeat.interval=5m",
                "heartbeat.idle-timeout=10m",
                "outbound.stall-timeout=10m",
                "history.messages=" + MESSAGES,
                "history.bytes=64MiB"))) {
            Addresses addresses = gateway.start();
            try (RawClient slow = member(narrow(addresses));
                    RawClient speaker = member(new RawClient(addresses.open()))) {
                for (int i = 1; i <= MESSAGES; i++) {
                    publish(speaker);
                    // The speaker hears itself, so the room has said it before the next one.
                    assertThat(seq(speaker)).isEqualTo(i);
                }
                assertThat(Prometheus.of(addresses).value("magpie_catch_ups_total"))
                        .isEqualTo(1);
                assertThat(Prometheus.of(addresses).value("magpie_members_behind"))
                        .isEqualTo(1);
                if (kind != IoKind.NIO) {
                    assertThat(largestQueue(addresses.open().getPort())).isBetween(1L, KERNEL_BYTES);
                }

                for (int i = 1; i <= MESSAGES; i++) {
                    assertThat(seq(slow)).isEqualTo(i);
                }
                publish(speaker);
                assertThat(seq(slow)).isEqualTo(MESSAGES + 1);
                Prometheus.of(addresses).await("magpie_members_behind 0.0");
            }
        }
    }

    private static RawClient narrow(Addresses addresses) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(READER_BYTES);
        socket.connect(addresses.open());
        return new RawClient(socket);
    }

    private static RawClient member(RawClient client) throws IOException {
        assertThat(client.ask(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"))
                        .status())
                .isEqualTo(101);
        client.send(Encoding.JSON, new Request(null, new Command.Connect(null, Map.of(), null)));
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), new Command.Join(ROOM, null, 0)));
        client.event(Encoding.JSON, Event.Joined.class);
        return client;
    }

    private static void publish(RawClient speaker) throws IOException {
        Body body = new Body.Json(TEXT.getBytes(StandardCharsets.UTF_8));
        speaker.send(
                Encoding.JSON,
                new Request(null, new Command.Send(new Command.ToRoom(ROOM), null, null, Priority.NORMAL, body)));
    }

    private static long seq(RawClient member) throws IOException {
        return member.event(Encoding.JSON, Event.Delivered.class).message().seq();
    }

    /** The most bytes that the kernel holds for a connection of a local port. */
    private static long largestQueue(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        long largest = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split(" +", -1);
                if (fields[1].endsWith(local)) {
                    largest = Math.max(largest, Long.parseLong(fields[4].split(":", -1)[0], 16));
                }
            }
        }
        return largest;
    }
}
