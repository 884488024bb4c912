package io.magpie.gateway;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.transport.Transports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input over real sockets: a status or exactly one close frame, the end of the connection within two seconds, and no
 * harm to a client that does nothing wrong.
 */
class GatewayBadInputIT {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final String MASK = "1a2b3c4d";

    private static final Map<IoKind, Gateway> GATEWAYS = new EnumMap<>(IoKind.class);
    private static final Map<IoKind, InetSocketAddress> SERVERS = new EnumMap<>(IoKind.class);
    private static final Map<IoKind, RawClient> CANARIES = new EnumMap<>(IoKind.class);
    private int songs;

    @BeforeAll
    static void start() throws IOException {
        for (IoKind kind : Transports.available().toList()) {
            Gateway gateway = new Gateway(TestConfig.onLoopback(
                    "transport.kind=" + kind.name().toLowerCase(Locale.ROOT),
                    "transport.loops=1",
                    "websocket.compression.enabled=true",
                    "http.request-timeout=1s",
                    "websocket.close-timeout=1s"));
            GATEWAYS.put(kind, gateway);
            SERVERS.put(kind, gateway.start().open());
            RawClient canary = RawClient.upgraded(SERVERS.get(kind), "/ws?room=canary");
            CANARIES.put(kind, canary);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        for (RawClient canary : CANARIES.values()) {
            canary.close();
        }
        GATEWAYS.values().forEach(Gateway::close);
    }

    @AfterEach
    void theCanarySings() throws IOException {
        for (RawClient canary : CANARIES.values()) {
            String song = "song " + ++songs;
            canary.send(ClientFrame.text(song));
            assertThat(canary.next().text()).isEqualTo(song);
        }
    }

    @ParameterizedTest(name = "{0}: {1} → {2}")
    @MethodSource("requests")
    void answersABadRequestWithAStatusAndEnds(IoKind kind, String name, int status, byte[] bytes) throws IOException {
        try (RawClient client = new RawClient(SERVERS.get(kind))) {
            sendAll(client, bytes);
            long sent = System.nanoTime();
            HttpReply reply = client.in().reply();

            assertThat(reply.status()).as(name).isEqualTo(status);
            assertThat(client.framesToEnd()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(SOON);
        }
    }

    static Stream<Arguments> requests() {
        RawRequest upgrade = RawRequest.upgrade("/ws");
        return onEach(
                arguments("POST", 405, upgrade.withLine("POST /ws HTTP/1.1").bytes()),
                arguments("HTTP/1.0", 505, upgrade.withLine("GET /ws HTTP/1.0").bytes()),
                arguments("no Host", 400, upgrade.without("Host").bytes()),
                arguments("two Hosts", 400, upgrade.with("Host: b").bytes()),
                arguments(
                        "absolute target",
                        400,
                        upgrade.withLine("GET http://evil/ws HTTP/1.1").bytes()),
                arguments(
                        "path with dots",
                        404,
                        upgrade.withLine("GET /ws/../admin HTTP/1.1").bytes()),
                arguments(
                        "path with escapes",
                        404,
                        upgrade.withLine("GET /ws%2f.. HTTP/1.1").bytes()),
                arguments("no Connection", 400, upgrade.without("Connection").bytes()),
                arguments("no key", 400, upgrade.without("Sec-WebSocket-Key").bytes()),
                arguments(
                        "two keys",
                        400,
                        upgrade.with("Sec-WebSocket-Key: " + RawRequest.KEY).bytes()),
                arguments(
                        "version 8",
                        426,
                        upgrade.replacing("Sec-WebSocket-Version: 8").bytes()),
                arguments(
                        "no version",
                        426,
                        upgrade.without("Sec-WebSocket-Version").bytes()),
                arguments("a body", 400, join(upgrade.with("Content-Length: 3").bytes(), new byte[3])),
                arguments(
                        "many sub-protocols",
                        400,
                        upgrade.with("Sec-WebSocket-Protocol: " + "a,".repeat(3_000))
                                .bytes()),
                arguments(
                        "unknown sub-protocol",
                        400,
                        upgrade.with("Sec-WebSocket-Protocol: mqtt").bytes()),
                arguments(
                        "many extensions",
                        400,
                        upgrade.with("Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(300))
                                .bytes()),
                arguments(
                        "a long line",
                        414,
                        upgrade.withLine("GET /" + "a".repeat(9_000) + " HTTP/1.1")
                                .bytes()),
                arguments(
                        "long headers",
                        431,
                        upgrade.with("X: " + "a".repeat(100_000)).bytes()),
                arguments(
                        "many headers",
                        431,
                        upgrade.with("A: b\r\n".repeat(3_000) + "C: d").bytes()),
                arguments("HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                arguments("no HTTP", 400, "hello there\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                arguments(
                        "TLS",
                        400,
                        join(
                                hex("16030100c8010000c40303"),
                                new byte[200],
                                "\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
    }

    /** On all transports at a time, since each waits up to a second for the end. */
    @ParameterizedTest(name = "{0} → {1}")
    @MethodSource("frames")
    void answersABadFrameWithOneCloseFrameAndEnds(String name, int code, byte[] bytes) throws IOException {
        Map<IoKind, RawClient> clients = new EnumMap<>(IoKind.class);
        for (IoKind kind : SERVERS.keySet()) {
            clients.put(kind, deflating(kind));
        }
        for (RawClient client : clients.values()) {
            sendAll(client, bytes);
        }
        long sent = System.nanoTime();
        for (Map.Entry<IoKind, RawClient> each : clients.entrySet()) {
            List<ServerFrame> frames = each.getValue().framesToEnd();

            assertThat(frames)
                    .as("%s on %s", name, each.getKey())
                    .filteredOn(ServerFrame::isClose)
                    .hasSize(1);
            assertThat(frames).last().extracting(ServerFrame::closeCode).isEqualTo(code);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(SOON);
            each.getValue().close();
        }
    }

    private static RawClient deflating(IoKind kind) throws IOException {
        return RawClient.upgraded(SERVERS.get(kind), "/ws?room=bad", "Sec-WebSocket-Extensions: permessage-deflate");
    }

    static Stream<Arguments> frames() {
        byte[] begin = ClientFrame.text("a").notFinal().bytes();
        return Stream.of(
                arguments("unmasked", 1002, hex("8105 48656c6c6f")),
                arguments("RSV2", 1002, ClientFrame.text("a").withRsv(2).bytes()),
                arguments("RSV1 on ping", 1002, ClientFrame.ping("a").withRsv(4).bytes()),
                arguments("opcode 3", 1002, ClientFrame.of(3, new byte[0]).bytes()),
                arguments("opcode 11 of 2^40 bytes", 1002, hex("8bff 0000010000000000" + MASK)),
                arguments("length 65,537", 1009, hex("82ff 0000000000010001" + MASK)),
                arguments("length 2^63-1", 1009, hex("82ff 7fffffffffffffff" + MASK)),
                arguments(
                        "70 KB in one frame",
                        1009,
                        ClientFrame.binary(new byte[70_000]).bytes()),
                arguments("length in more bytes than needed", 1002, hex("81fe 0005" + MASK + "0000000000")),
                arguments("long ping", 1002, ClientFrame.ping("a".repeat(126)).bytes()),
                arguments(
                        "ping in parts", 1002, ClientFrame.ping("a").notFinal().bytes()),
                arguments(
                        "close of one byte",
                        1002,
                        ClientFrame.of(8, new byte[1]).bytes()),
                arguments("close 999", 1002, ClientFrame.close(999, "").bytes()),
                arguments("close 1005", 1002, ClientFrame.close(1005, "").bytes()),
                arguments("close 5000", 1002, ClientFrame.close(5_000, "").bytes()),
                arguments(
                        "close with bad UTF-8",
                        1007,
                        ClientFrame.of(8, hex("03e8 c328")).bytes()),
                arguments("bad UTF-8", 1007, ClientFrame.of(1, hex("c328")).bytes()),
                arguments("a surrogate", 1007, ClientFrame.of(1, hex("eda080")).bytes()),
                arguments(
                        "continuation of nothing",
                        1002,
                        ClientFrame.continuation("a").bytes()),
                arguments(
                        "data inside a message",
                        1002,
                        join(begin, ClientFrame.text("b").bytes())),
                arguments(
                        "2,000 fragments",
                        1008,
                        join(begin, repeat(2_000, ClientFrame.continuation("b").notFinal()))),
                arguments(
                        "20,000 empty fragments",
                        1008,
                        join(begin, repeat(20_000, ClientFrame.continuation("").notFinal()))),
                arguments(
                        "70 KB in fragments",
                        1009,
                        join(
                                begin,
                                repeat(
                                        35,
                                        ClientFrame.continuation("a".repeat(2_000))
                                                .notFinal()))),
                arguments(
                        "a bomb",
                        1009,
                        ClientFrame.compressed("a".repeat(10_000_000)).bytes()),
                arguments(
                        "broken compression",
                        1007,
                        ClientFrame.of(1, hex("ffffffff")).withRsv(4).bytes()));
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void refusesTheWrongKindOfFrameForTheEncoding(IoKind kind) throws IOException {
        try (RawClient client = RawClient.upgraded(SERVERS.get(kind), "/ws", JSON)) {
            client.send(ClientFrame.binary(new byte[3]));
            List<ServerFrame> frames = client.framesToEndAfterAnswering();

            assertThat(frames).hasSize(2);
            assertThat(frames.get(0).text()).contains("\"bye\"", "1003");
            assertThat(frames.get(1).closeCode()).isEqualTo(1003);
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void neverReadsFramesThatCameInOnePacketWithTheRequest(IoKind kind) throws IOException {
        try (RawClient client = new RawClient(SERVERS.get(kind))) {
            byte[] early = ClientFrame.text("too early").bytes();
            client.send(join(RawRequest.upgrade("/ws?room=canary").bytes(), early));

            assertThat(client.in().reply().status()).isEqualTo(101);
            assertThat(client.framesToEnd())
                    .singleElement()
                    .satisfies(close -> assertThat(close.closeCode()).isEqualTo(1002));
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void endsAClientThatSendsNoWholeRequest(IoKind kind) throws IOException {
        try (RawClient silent = new RawClient(SERVERS.get(kind));
                RawClient slow = new RawClient(SERVERS.get(kind))) {
            long begun = System.nanoTime();
            slow.send("GET /ws HTTP/1.1\r\nHost: a".getBytes(StandardCharsets.US_ASCII));

            assertThat(silent.framesToEnd()).isEmpty();
            assertThat(slow.framesToEnd()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void survivesResetsAtEveryByteOfAnUpgradeAndAMessage(IoKind kind) throws IOException {
        byte[] whole = RawRequest.upgrade("/ws?room=reset").bytes();
        for (int length = 0; length < whole.length; length += 7) {
            try (RawClient client = new RawClient(SERVERS.get(kind))) {
                client.send(Arrays.copyOf(whole, length));
                client.resetOnClose();
            }
        }
        byte[] message = ClientFrame.text("a message").bytes();
        for (int length = 0; length <= message.length; length++) {
            try (RawClient client = RawClient.upgraded(SERVERS.get(kind), "/ws?room=reset")) {
                client.send(Arrays.copyOf(message, length));
                client.resetOnClose();
            }
        }
    }

    /** Sends everything, unless the server has seen enough before. */
    private static void sendAll(RawClient client, byte[] bytes) throws IOException {
        try {
            client.send(bytes);
        } catch (SocketException closed) {
            assertThat(closed).hasMessageMatching(".*(reset|Broken pipe).*");
        }
    }

    private static Stream<Arguments> onEach(Arguments... cases) {
        return Transports.available()
                .flatMap(kind -> Stream.of(cases)
                        .map(Arguments::get)
                        .map(values -> arguments(kind, values[0], values[1], values[2])));
    }

    private static byte[] repeat(int times, ClientFrame frame) {
        byte[][] all = new byte[times][];
        Arrays.fill(all, frame.bytes());
        return join(all);
    }
}
