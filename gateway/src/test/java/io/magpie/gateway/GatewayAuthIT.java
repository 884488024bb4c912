package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.magpie.gateway.auth.JwtMint;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Command;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Tokens over real sockets; and nothing of them in logs, answers and metrics. */
class GatewayAuthIT {
    private static final String SECRET = "planted-secret-0123456789abcdef0123456789";
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final RoomId HALL = new RoomId("hall");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private Gateway gateway;
    private Addresses addresses;

    @BeforeEach
    void start() {
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
        gateway = new Gateway(TestConfig.onLoopback(
                "auth.kind=jwt", "auth.jwt.secret=" + SECRET, "auth.token-in-query=true", "auth.jwt.leeway=0s"));
        addresses = gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
        root.detachAppender(log);
        root.setLevel(before);
    }

    @Test
    void aTokenOfTheCommandLetsAClientInWhereverItComes() throws IOException {
        String token = token("--rooms", "hall");
        for (RawClient client : List.of(
                RawClient.upgraded(open(), "/ws", JSON, "Authorization: Bearer " + token),
                RawClient.upgraded(open(), "/ws?token=" + token, JSON),
                RawClient.upgraded(open(), "/ws", JSON))) {
            try (client) {
                connect(client, token);
                Event.Connected connected = client.event(Encoding.JSON, Event.Connected.class);
                assertThat(connected.user().id().value()).isEqualTo("alice");
                assertThat(connected.rooms()).containsOnlyKeys(HALL);
            }
        }
        try (RawClient plain = RawClient.upgraded(open(), "/ws?room=hall&token=" + token)) {
            plain.send(ClientFrame.text("hello"));
            assertThat(plain.next().text()).isEqualTo("hello");
        }
    }

    @Test
    void whoComesWithoutAGoodTokenIsToldOnceAndLeavesNoTrace() throws Exception {
        String good = token();
        String forged = good.substring(0, good.lastIndexOf('.')) + ".planted-signature";
        String expired = JwtMint.of(
                        TestConfig.with("auth.jwt.secret=" + SECRET).auth().jwt(), null, null, null)
                .mint(new JwtMint.Claims("alice", null, null), Instant.now().minusSeconds(10), Duration.ofSeconds(1));
        assertThat(code("Authorization: Bearer " + forged)).isEqualTo(4500);
        assertThat(code("Authorization: Bearer " + expired)).isEqualTo(4002);
        assertThat(code("Authorization: Bearer planted-garbage")).isEqualTo(4500);
        assertThat(code("X-None: 1")).isEqualTo(4500);
        try (RawClient refused = new RawClient(open())) {
            assertThat(refused.ask(RawRequest.upgrade("/planted-path?token=" + good))
                            .toString())
                    .doesNotContain(good);
        }

        String all = LogLines.of(log) + metrics();

        assertThat(all)
                .contains("magpie_logins_total{outcome=\"bad\"}", "connection.")
                .doesNotContain("planted");
        for (String token : List.of(good, forged, expired)) {
            assertThat(all).doesNotContain(token, token.substring(token.lastIndexOf('.')));
        }
    }

    @Test
    void aTokenThatIsTooLongIsABadOneWhereverItComes() throws IOException {
        String huge = "x".repeat(9_000);
        for (Encoding encoding : List.of(Encoding.JSON, Encoding.CBOR)) {
            try (RawClient client = RawClient.upgraded(open(), "/ws", protocol(encoding))) {
                client.send(encoding, connecting(huge));
                assertThat(client.event(encoding, Event.Bye.class).code().code())
                        .isEqualTo(4500);
                assertThat(client.next().closeCode()).isEqualTo(4500);
            }
            try (RawClient client = RawClient.upgraded(open(), "/ws", protocol(encoding))) {
                client.send(encoding, connecting(token()));
                client.event(encoding, Event.Connected.class);
                client.send(encoding, new Request(new RequestId.Number(2), new Command.Refresh(huge)));
                assertThat(client.event(encoding, Event.Failed.class).code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
                client.send(encoding, new Request(new RequestId.Number(3), new Command.Ping()));
                client.event(encoding, Event.Pong.class);
            }
        }
        try (RawClient header = new RawClient(open());
                RawClient query = new RawClient(open())) {
            assertThat(header.ask(RawRequest.upgrade("/ws", "Authorization: Bearer " + huge))
                            .status())
                    .isEqualTo(431);
            assertThat(query.ask(RawRequest.upgrade("/ws?token=" + huge)).status())
                    .isEqualTo(414);
        }
    }

    private static String protocol(Encoding encoding) {
        return "Sec-WebSocket-Protocol: magpie.v1." + (encoding == Encoding.JSON ? "json" : "cbor");
    }

    @Test
    void aTokenThatEndsEndsItsConnection() throws IOException {
        try (RawClient client = RawClient.upgraded(open(), "/ws", JSON)) {
            connect(client, token("--ttl", "20s"));

            client.event(Encoding.JSON, Event.Connected.class);
            assertThat(client.event(Encoding.JSON, Event.Expiring.class).after())
                    .isBetween(1L, 20_000L);
            client.send(Encoding.JSON, new Request(new RequestId.Number(2), new Command.Refresh(token("--ttl", "5s"))));
            assertThat(client.event(Encoding.JSON, Event.Done.class).id()).isEqualTo(new RequestId.Number(2));
            client.event(Encoding.JSON, Event.Expiring.class);

            Event.Bye bye = client.event(Encoding.JSON, Event.Bye.class);
            assertThat(bye.code().code()).isEqualTo(4002);
        }
    }

    @Test
    void aNewerConnectionOfADeviceEndsTheOlderOne() throws IOException {
        String token = token();
        try (RawClient phone = come(token, "phone");
                RawClient tablet = come(token, "tablet");
                RawClient again = come(token, "phone")) {
            Event.Bye bye = phone.event(Encoding.JSON, Event.Bye.class);
            assertThat(bye.code().code()).isEqualTo(4507);
            assertThat(bye.reason()).isEqualTo("a newer connection of this device took over");
            for (RawClient other : List.of(tablet, again)) {
                other.send(Encoding.JSON, new Request(new RequestId.Number(2), new Command.Ping()));
                assertThat(other.event(Encoding.JSON, Event.Pong.class).id()).isEqualTo(new RequestId.Number(2));
            }
            try (RawClient fixed = come(token("--device", "tablet"), "phone")) {
                assertThat(tablet.event(Encoding.JSON, Event.Bye.class).code().code())
                        .isEqualTo(4507);
                fixed.send(Encoding.JSON, new Request(new RequestId.Number(2), new Command.Ping()));
                fixed.event(Encoding.JSON, Event.Pong.class);
            }
        }
    }

    @Test
    void aUserHasNoMoreConnectionsForHavingMoreDevices() throws IOException {
        String token = token();
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                clients.add(come(token, "device-" + i));
            }

            Event.Bye bye = clients.get(0).event(Encoding.JSON, Event.Bye.class);

            assertThat(bye.code().code()).isEqualTo(4507);
            assertThat(bye.reason()).isEqualTo("the same user has too many newer connections");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** A client that is connected and says which device it runs on. */
    private RawClient come(String token, String device) throws IOException {
        RawClient client = RawClient.upgraded(open(), "/ws", JSON);
        Command connect = new Command.Connect(token, null, new DeviceId(device), Map.of(), null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), connect));
        client.event(Encoding.JSON, Event.Connected.class);
        return client;
    }

    private int code(String header) throws IOException {
        try (RawClient client = RawClient.upgraded(open(), "/ws", header)) {
            List<ServerFrame> frames = client.framesToEndAfterAnswering();
            assertThat(frames).hasSize(1);
            return frames.get(0).closeCode();
        }
    }

    private static void connect(RawClient client, String token) throws IOException {
        client.send(Encoding.JSON, connecting(token));
    }

    private static Request connecting(String token) {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(HALL, null);
        return new Request(new RequestId.Number(1), new Command.Connect(token, rooms, null));
    }

    private InetSocketAddress open() {
        return addresses.open();
    }

    private String metrics() throws Exception {
        InetSocketAddress managed = addresses.management();
        URI uri = URI.create("http://127.0.0.1:" + (managed == null ? 0 : managed.getPort()) + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String token(String... more) {
        StringWriter out = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        List<String> arguments =
                new ArrayList<>(List.of("token", "--sub", "alice", "--set", "auth.jwt.secret=" + SECRET));
        arguments.addAll(List.of(more));
        assertThat(command.execute(arguments.toArray(String[]::new))).isZero();
        return out.toString().trim();
    }
}
