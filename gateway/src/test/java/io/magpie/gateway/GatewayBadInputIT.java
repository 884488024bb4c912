package io.magpie.gateway;

import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.transport.Transports;
import java.io.IOException;
import java.net.InetSocketAddress;
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
 * Bad input over real sockets: a status or exactly one close frame, the end of the connection long before any time-out
 * for decent clients, and no harm to a client that does nothing wrong.
 */
class GatewayBadInputIT {
    /** Far less than the time-outs that are set, so none of them ends a connection; much, for a slow machine. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";

    private static final Map<IoKind, Gateway> GATEWAYS = new EnumMap<>(IoKind.class);
    private static final Map<IoKind, InetSocketAddress> SERVERS = new EnumMap<>(IoKind.class);
    private static final Map<IoKind, RawClient> CANARIES = new EnumMap<>(IoKind.class);
    private int songs;

    @BeforeAll
    static void start() throws IOException {
        for (IoKind kind : Transports.available().toList()) {
            Gateway gateway = gateway(
                    kind,
                    "http.request-timeout=1m",
                    "websocket.compression.enabled=true",
                    "edge.hosts=chat.example",
                    "edge.origins=https://chat.example");
            GATEWAYS.put(kind, gateway);
            SERVERS.put(kind, gateway.start().open());
            RawClient canary = RawClient.upgraded(SERVERS.get(kind), "/ws?room=canary");
            CANARIES.put(kind, canary);
        }
    }

    private static Gateway gateway(IoKind kind, String... settings) {
        Stream<String> usual = Stream.of(
                "transport.kind=" + kind.name().toLowerCase(Locale.ROOT),
                "transport.loops=1",
                "websocket.close-timeout=1m",
                "heartbeat.interval=5m",
                "heartbeat.idle-timeout=10m");
        return new Gateway(
                TestConfig.onLoopback(Stream.concat(usual, Stream.of(settings)).toArray(String[]::new)));
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

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requests")
    void answersABadRequestWithAStatusAndEnds(IoKind kind, BadInput.Row row) throws IOException {
        try (RawClient client = row.client(SERVERS.get(kind))) {
            row.send(client);
            long sent = System.nanoTime();

            assertThat(row.answer(client)).as("%s on %s", row, kind).isEqualTo(row.expected());
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(SOON);
        }
    }

    static Stream<Arguments> requests() {
        List<BadInput.Row> rows = BadInput.rows().filter(row -> !row.frames()).toList();
        return Transports.available().flatMap(kind -> rows.stream().map(row -> arguments(kind, row)));
    }

    /** On all transports at a time, since each waits up to a second for the end. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void answersABadFrameWithOneCloseFrameAndEnds(BadInput.Row row) throws IOException {
        Map<IoKind, RawClient> clients = new EnumMap<>(IoKind.class);
        for (IoKind kind : SERVERS.keySet()) {
            clients.put(kind, row.client(SERVERS.get(kind)));
        }
        for (RawClient client : clients.values()) {
            row.send(client);
        }
        long sent = System.nanoTime();
        for (Map.Entry<IoKind, RawClient> each : clients.entrySet()) {
            assertThat(row.answer(each.getValue()))
                    .as("%s on %s", row, each.getKey())
                    .isEqualTo(row.expected());
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(SOON);
            each.getValue().close();
        }
    }

    static Stream<BadInput.Row> frames() {
        return BadInput.rows().filter(BadInput.Row::frames);
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
    void refusesAnUpgradeThatCameInOnePacketWithAnotherRequest(IoKind kind) throws IOException {
        try (RawClient client = new RawClient(SERVERS.get(kind))) {
            client.send(join(
                    RawRequest.get("/health").bytes(),
                    RawRequest.upgrade("/ws?room=canary").bytes()));

            assertThat(client.in().reply().status()).isEqualTo(200);
            assertThat(client.in().reply().status()).isEqualTo(400);
            assertThat(client.framesToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void upgradesAClientThatWaitedForItsAnswer(IoKind kind) throws IOException {
        try (RawClient client = new RawClient(SERVERS.get(kind))) {
            assertThat(client.ask(RawRequest.get("/health")).status()).isEqualTo(200);
            assertThat(client.ask(RawRequest.upgrade("/ws?room=waited")).status())
                    .isEqualTo(101);
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void endsAClientThatSendsNoWholeRequest(IoKind kind) throws IOException {
        try (Gateway gateway = gateway(kind, "http.request-timeout=1s")) {
            InetSocketAddress server = gateway.start().open();
            try (RawClient silent = new RawClient(server);
                    RawClient slow = new RawClient(server)) {
                long begun = System.nanoTime();
                slow.send("GET /ws HTTP/1.1\r\nHost: a".getBytes(StandardCharsets.US_ASCII));

                assertThat(silent.framesToEnd()).isEmpty();
                assertThat(slow.framesToEnd()).isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void survivesResetsAtEveryByteOfAnUpgradeAndAMessage(IoKind kind) throws IOException {
        byte[] whole = RawRequest.upgrade("/ws?room=reset").bytes();
        for (int length = 0; length < whole.length; length++) {
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
}
