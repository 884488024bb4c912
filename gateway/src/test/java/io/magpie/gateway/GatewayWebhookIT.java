package io.magpie.gateway;

import static io.magpie.gateway.support.HttpStub.whole;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.support.HttpStub;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A gateway whose backend is asked everything, over real sockets; and what becomes of clients when it goes away. */
class GatewayWebhookIT {
    private static final String SECRET = "planted-secret-0123456789abcdef";
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** All that a question may have, in lower case. */
    private static final Set<String> HEADERS = Set.of(
            "host",
            "user-agent",
            "connection",
            "content-type",
            "content-length",
            "x-magpie-question",
            "x-magpie-id",
            "x-magpie-timestamp",
            "x-magpie-signature");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> questions = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private HttpStub backend;
    private Gateway gateway;
    private Addresses addresses;

    @BeforeEach
    void start() {
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
        backend = new HttpStub("/chat", this::answer);
        gateway = new Gateway(TestConfig.onLoopback(
                "auth.kind=webhook",
                "webhook.url=" + backend.url() + "/chat",
                "webhook.secret=" + SECRET,
                "webhook.timeout=30s",
                "webhook.questions=join,send"));
        addresses = gateway.start();
    }

    @AfterEach
    void stop() {
        stuck.countDown();
        gateway.close();
        backend.close();
        root.detachAppender(log);
        root.setLevel(before);
        assertThat(faults).isEmpty();
    }

    @Test
    void theBackendSaysWhoClientsAre() throws IOException {
        try (RawClient alice = connected("planted-alice", "hall")) {
            assertThat(alice).isNotNull();
        }
        assertClosed("planted-stranger", 4500, "who are you?");
        assertClosed("planted-teapot", 4007, "the backend can't be asked now");
        assertClosed("planted-garbage", 4007, "the backend can't be asked now");
        try (RawClient plain = RawClient.upgraded(open(), "/ws?room=hall", "Authorization: Bearer planted-bob")) {
            plain.send(ClientFrame.text("hello"));
            assertThat(plain.next().text()).isEqualTo("hello");
        }
    }

    @Test
    void nothingThatAClientPutsIntoItsUpgradeReachesTheBackend() throws IOException {
        String[] headers = {
            JSON,
            "Authorization: Bearer planted-nobody",
            "Cookie: session=planted-cookie",
            "User-Agent: planted-agent",
            "X-Forwarded-For: 203.0.113.7",
            "X-Magpie-Question: planted-question",
            "X-Magpie-Id: planted-id",
            "X-Magpie-Timestamp: 1",
            "X-Magpie-Signature: v1=planted-signature",
            "Content-Type: text/planted"
        };
        try (RawClient alice = connected("planted-alice", "hall", headers)) {
            say(alice, 2, "hall", "\"hello\"");
            assertThat(text(alice.event(Encoding.JSON, Event.Delivered.class))).isEqualTo("\"hello\"");
        }
        assertThat(questions).containsExactly("connect", "join", "send");
    }

    @Test
    void theBackendSaysWhoMayBeWhere() throws IOException {
        try (RawClient alice = connected("planted-alice", "hall")) {
            alice.send(
                    Encoding.JSON,
                    new Request(new RequestId.Number(2), new Command.Join(new RoomId("vault"), null, 0)));

            Event.Failed failed = alice.event(Encoding.JSON, Event.Failed.class);
            assertThat(failed.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(failed.message()).isEqualTo("members only");
        }
        try (RawClient plain = RawClient.upgraded(open(), "/ws?room=vault", "Authorization: Bearer planted-bob")) {
            List<ServerFrame> frames = plain.framesToEndAfterAnswering();
            assertThat(frames.get(0).closeCode()).isEqualTo(4506);
        }
    }

    @Test
    void theBackendSaysWhatMayBeSaid() throws IOException {
        try (RawClient alice = connected("planted-alice", "hall")) {
            say(alice, 2, "hall", "\"damn\"");
            assertThat(alice.event(Encoding.JSON, Event.Failed.class))
                    .isEqualTo(new Event.Failed(
                            new RequestId.Number(2), ErrorCode.REJECTED, "mind your words", Event.UNSET));

            say(alice, 3, "hall", "\"darn\"");
            assertThat(text(alice.event(Encoding.JSON, Event.Delivered.class))).isEqualTo("\"****\"");

            say(alice, 4, "hall", "{\"n\": 1}");
            assertThat(text(alice.event(Encoding.JSON, Event.Delivered.class))).isEqualTo("{\"n\": 1}");
        }
    }

    @Test
    void whatWaitsForTheBackendKeepsItsOrderAndNobodyElseWaits() throws IOException {
        try (RawClient alice = connected("planted-alice", "hall");
                RawClient canary = connected("planted-canary", "cage")) {
            say(alice, 2, "hall", "\"stuck\"");
            say(alice, 3, "hall", "\"quick\"");
            for (int i = 0; i < 5; i++) {
                say(canary, 10 + i, "cage", "\"song " + i + "\"");
                assertThat(text(canary.event(Encoding.JSON, Event.Delivered.class)))
                        .isEqualTo("\"song " + i + "\"");
            }

            stuck.countDown();

            assertThat(text(alice.event(Encoding.JSON, Event.Delivered.class))).isEqualTo("\"stuck\"");
            assertThat(text(alice.event(Encoding.JSON, Event.Delivered.class))).isEqualTo("\"quick\"");
        }
    }

    @Test
    void withoutTheBackendWhatIsSaidIsRefusedForNowAndConnectionsLive() throws IOException {
        try (RawClient alice = connected("planted-alice", "hall");
                RawClient canary = connected("planted-canary", "cage")) {
            backend.close();

            say(alice, 2, "hall", "\"hello\"");
            Event.Failed failed = alice.event(Encoding.JSON, Event.Failed.class);
            assertThat(failed.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failed.code().retryable()).isTrue();
            canary.send(Encoding.JSON, new Request(new RequestId.Number(5), new Command.Ping()));
            assertThat(canary.event(Encoding.JSON, Event.Pong.class).id()).isEqualTo(new RequestId.Number(5));
            assertClosed("planted-late", 4007, "the backend can't be asked now");
        }
    }

    @Test
    void secretsAndTokensAreInNoLogAndNoMetric() throws Exception {
        theBackendSaysWhoClientsAre();
        theBackendSaysWhatMayBeSaid();

        String all = LogLines.of(log) + metrics();

        assertThat(all)
                .contains(
                        "magpie_webhook_questions_total{outcome=\"allowed\",question=\"connect\"}",
                        "magpie_webhook_latency_seconds_bucket",
                        "webhook.failed")
                .doesNotContain("planted");
    }

    private void assertClosed(String token, int code, String reason) throws IOException {
        try (RawClient client = RawClient.upgraded(open(), "/ws?room=hall", "Authorization: Bearer " + token)) {
            List<ServerFrame> frames = client.framesToEndAfterAnswering();
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0).closeCode()).isEqualTo(code);
            assertThat(frames.get(0).closeReason()).isEqualTo(reason);
        }
    }

    private RawClient connected(String token, String room) throws IOException {
        return connected(token, room, JSON);
    }

    private RawClient connected(String token, String room, String... headers) throws IOException {
        RawClient client = RawClient.upgraded(open(), "/ws", headers);
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(new RoomId(room), null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(token, rooms, null)));
        Event.Connected connected = client.event(Encoding.JSON, Event.Connected.class);
        assertThat(connected.user().id().value()).isEqualTo(token.replace("planted-", ""));
        assertThat(connected.rooms()).containsOnlyKeys(new RoomId(room));
        return client;
    }

    private static void say(RawClient client, int id, String room, String data) throws IOException {
        Body body = new Body.Json(data.getBytes(StandardCharsets.UTF_8));
        client.send(
                Encoding.JSON,
                new Request(
                        new RequestId.Number(id),
                        new Command.Send(new Command.ToRoom(new RoomId(room)), null, null, Priority.NORMAL, body)));
    }

    private static String text(Event.Delivered delivered) {
        return new String(delivered.message().body().bytes(), StandardCharsets.UTF_8);
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

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        JsonNode question = MAPPER.readTree(body);
        String timestamp = exchange.getRequestHeaders().getFirst("X-Magpie-Timestamp");
        if (!signature(timestamp, body).equals(exchange.getRequestHeaders().getFirst("X-Magpie-Signature"))) {
            faults.add("a wrong signature");
        }
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HEADERS.contains(name.toLowerCase(Locale.ROOT))
                    || values.size() > 1
                    || values.toString().contains("planted")) {
                faults.add("a header that isn't the server's: " + name + " " + values);
            }
        });
        String asked = question.path("question").asText();
        questions.add(asked);
        if (!asked.equals(exchange.getRequestHeaders().getFirst("X-Magpie-Question"))) {
            faults.add("a wrong header");
        }
        switch (asked) {
            case "connect" -> connect(exchange, question.path("token").asText());
            case "join" ->
                whole(
                        exchange,
                        200,
                        question.path("room").asText().equals("vault")
                                ? "{\"allow\":false,\"reason\":\"members only\"}"
                                : "{\"allow\":true}");
            default -> whole(exchange, 200, moderate(question.path("data").asText()));
        }
    }

    private static void connect(HttpExchange exchange, String token) throws IOException {
        switch (token) {
            case "planted-stranger" -> whole(exchange, 200, "{\"allow\":false,\"reason\":\"who are you?\"}");
            case "planted-teapot" -> whole(exchange, 418, "{\"allow\":true,\"user\":\"teapot\"}");
            case "planted-garbage" -> whole(exchange, 200, "<html>");
            default -> whole(exchange, 200, "{\"allow\":true,\"user\":\"" + token.replace("planted-", "") + "\"}");
        }
    }

    private String moderate(String data) {
        if (data.equals("stuck")) {
            try {
                assertThat(stuck.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return switch (data) {
            case "damn" -> "{\"allow\":false,\"reason\":\"mind your words\"}";
            case "darn" -> "{\"allow\":true,\"data\":\"****\"}";
            default -> "{\"allow\":true}";
        };
    }

    private static String signature(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
