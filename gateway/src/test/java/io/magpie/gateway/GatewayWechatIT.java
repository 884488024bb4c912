package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.wechat.WechatStub;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** From the code of {@code wx.login} into a room, over real sockets; and nothing secret in logs, answers and metrics. */
class GatewayWechatIT {
    private static final String APP_SECRET = "planted-app-secret-0123456789ab";
    private static final String JWT_SECRET = "planted-jwt-secret-0123456789abcdef01234567";
    private static final String OPENID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final RoomId HALL = new RoomId("hall");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();
    private final WechatStub wechat = new WechatStub().app("wx1", APP_SECRET).app("wx2", APP_SECRET);
    private final List<Gateway> gateways = new ArrayList<>();
    private Addresses addresses;

    @BeforeEach
    void start() {
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
        addresses = gateway();
    }

    @AfterEach
    void stop() {
        gateways.forEach(Gateway::close);
        wechat.close();
        root.detachAppender(log);
        root.setLevel(before);
    }

    @Test
    void aLoginLeadsIntoARoomAndLeavesNoSecretAnywhere() throws IOException {
        wechat.user("planted-code", OPENID);

        HttpReply login = login("{\"code\":\"planted-code\"}");

        assertThat(login.status()).isEqualTo(200);
        assertThat(login.header("cache-control")).isEqualTo("no-store");
        assertThat(login.header("access-control-allow-origin")).isEqualTo("*");
        String token = json(login).path("token").asText();
        assertThat(json(login).path("user").asText()).isEqualTo(OPENID);
        assertThat(json(login).path("expires").asLong() - Instant.now().getEpochSecond())
                .isBetween(7_100L, 7_200L);
        try (RawClient client = RawClient.upgraded(addresses.open(), "/ws", JSON)) {
            connect(client, token);
            Event.Connected connected = client.event(Encoding.JSON, Event.Connected.class);
            assertThat(connected.user().id().value()).isEqualTo(OPENID);
            assertThat(connected.rooms()).containsOnlyKeys(HALL);
        }
        assertStrangersStayOutside();
        wechat.plan(WechatStub.error(40125, "invalid appsecret,"), WechatStub.text(200, "no"), WechatStub.redirect());
        HttpReply misconfigured = login("{\"code\":\"planted-2\"}");
        HttpReply garbage = login("{\"code\":\"planted-3\"}");
        HttpReply redirected = login("{\"code\":\"planted-4\"}");
        HttpReply invalid = login("{\"code\":\"planted-5\"}");
        assertThat(Stream.of(misconfigured, garbage, redirected, invalid).map(HttpReply::status))
                .containsExactly(500, 502, 502, 401);

        String lines = LogLines.of(log);
        String metrics = metrics();
        assertThat(lines).contains("wechat.misconfigured", "wechat.unavailable");
        assertThat(metrics)
                .contains(
                        "magpie_wechat_logins_total{outcome=\"accepted\"} 1.0",
                        "magpie_wechat_logins_total{outcome=\"misconfigured\"} 1.0",
                        "magpie_wechat_logins_total{outcome=\"failed\"} 2.0",
                        "magpie_wechat_logins_total{outcome=\"invalid_code\"} 1.0");
        for (String text : List.of(
                lines, metrics, login.toString(), misconfigured.toString(), garbage.toString(), invalid.toString())) {
            assertThat(text).doesNotContain("planted", WechatStub.SESSION_KEY, "session_key");
        }
        assertThat(lines + metrics).doesNotContain(token, token.substring(token.lastIndexOf('.')), OPENID);
    }

    private void assertStrangersStayOutside() throws IOException {
        try (RawClient stranger = RawClient.upgraded(addresses.open(), "/ws", JSON)) {
            stranger.send(ClientFrame.text("{\"type\":\"connect\",\"id\":1}"));
            List<ServerFrame> frames = stranger.framesToEndAfterAnswering();
            assertThat(frames.stream().filter(ServerFrame::isClose).map(ServerFrame::closeCode))
                    .containsExactly(4500);
        }
    }

    @Test
    void eachRefusalIsTold() throws IOException {
        wechat.plan(
                WechatStub.error(40163, "code been used,"),
                WechatStub.error(45011, "api minute-quota reach limit,"),
                WechatStub.error(40226, "code blocked,"));

        HttpReply used = login("{\"code\":\"c1\"}");
        HttpReply quota = login("{\"code\":\"c2\"}");
        HttpReply blocked = login("{\"code\":\"c3\"}");

        assertThat(used.status()).isEqualTo(401);
        assertThat(used.text()).contains("\"error\":\"code_used\"");
        assertThat(quota.status()).isEqualTo(429);
        assertThat(quota.header("retry-after")).isEqualTo("60");
        assertThat(blocked.status()).isEqualTo(403);
        assertThat(login("not json").status()).isEqualTo(400);
        assertThat(login("{\"code\":\"c4\",\"appid\":\"wx9\"}").text()).contains("\"error\":\"unknown_app\"");
        assertThat(login("{\"code\":\"" + "c".repeat(5_000) + "\"}").status()).isEqualTo(413);
        assertThat(wechat.calls()).isEqualTo(3);
    }

    @Test
    void aWechatThatIsBusyIsAskedAgain() throws IOException {
        wechat.user("c1", OPENID);
        wechat.plan(WechatStub.error(-1, "system error,"));

        assertThat(login("{\"code\":\"c1\"}").status()).isEqualTo(200);
        assertThat(wechat.calls()).isEqualTo(2);
    }

    @Test
    void aWechatThatIsSilentHoldsNobodyUp() throws IOException {
        addresses = gateway("auth.wechat.timeout=5s");
        wechat.plan(wechat.silence());
        try (RawClient client = new RawClient(addresses.open());
                RawClient other = new RawClient(addresses.open())) {
            long begun = System.nanoTime();
            client.send(request("{\"code\":\"c1\"}"));
            assertThat(other.ask(RawRequest.get("/health")).status())
                    .as("on the only loop")
                    .isEqualTo(200);
            assertThat(client.in().ready()).as("meanwhile it waits").isFalse();

            HttpReply late = client.in().reply();

            assertThat(late.status()).isEqualTo(504);
            assertThat(late.text()).contains("\"error\":\"wechat_timeout\"");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(4_900));
            assertThat(client.ask(RawRequest.get("/health")).status())
                    .as("on the same connection")
                    .isEqualTo(200);
        }
    }

    @Test
    void manyWhoSendOneCodeCostOneCall() throws IOException {
        wechat.user("c1", OPENID);
        wechat.hold();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(new RawClient(addresses.open()));
            clients.get(i).send(request("{\"code\":\"c1\"}"));
        }
        wechat.release();

        List<String> tokens = new ArrayList<>();
        for (RawClient client : clients) {
            tokens.add(json(client.in().reply()).path("token").asText());
            client.close();
        }

        assertThat(tokens).doesNotContain("").allMatch(tokens.get(0)::equals);
        assertThat(wechat.calls()).isEqualTo(1);
        assertThat(json(login("{\"code\":\"c1\"}")).path("token").asText())
                .as("whose answer was lost")
                .isEqualTo(tokens.get(0));
        assertThat(wechat.calls()).isEqualTo(1);
    }

    @Test
    void whoHasGoneBeforeItsAnswerLeavesNothingBehind() throws IOException {
        wechat.user("c1", OPENID).user("c2", OPENID);
        wechat.hold();
        RawClient gone = new RawClient(addresses.open());
        gone.send(request("{\"code\":\"c1\"}"));
        gone.resetOnClose();
        gone.close();
        wechat.release();

        assertThat(login("{\"code\":\"c2\"}").status()).isEqualTo(200);
        assertThat(login("{\"code\":\"c1\"}").status())
                .as("and its code isn't lost")
                .isEqualTo(200);
    }

    @Test
    void anAddressBehindAProxyIsLimited() throws IOException {
        addresses = gateway("edge.trusted-proxies=127.0.0.0/8", "auth.wechat.logins-per-address=1");
        List<RawClient> clients = new ArrayList<>();
        // More than it may in many seconds, and nothing is read before all are sent; each says that it is another.
        for (int i = 0; i < 20; i++) {
            clients.add(new RawClient(addresses.open()));
            clients.get(i).send(forwarded("6.6.6." + i + ", 203.0.113.7"));
        }

        List<HttpReply> refused = new ArrayList<>();
        for (RawClient client : clients) {
            HttpReply reply = client.in().reply();
            assertThat(reply.status()).isIn(401, 429);
            if (reply.status() == 429) {
                refused.add(reply);
            }
            client.close();
        }
        assertThat(refused).isNotEmpty().allSatisfy(reply -> {
            assertThat(reply.text()).contains("\"error\":\"rate_limited\"");
            assertThat(reply.header("retry-after")).isEqualTo("1");
        });
        assertThat(refused).as("some may").hasSizeLessThan(clients.size());
        try (RawClient other = new RawClient(addresses.open())) {
            other.send(forwarded("203.0.113.8"));
            assertThat(other.in().reply().status()).isEqualTo(401);
        }
    }

    @Test
    void severalMiniProgramsAreToldApartByWhatTheySayOrTheirReferer() throws IOException {
        addresses = gateway("auth.wechat.apps=wx1=" + APP_SECRET + ",wx2=" + APP_SECRET);
        wechat.user("c1", OPENID).user("c2", OPENID);

        assertThat(login("{\"code\":\"c1\",\"appid\":\"wx2\"}").status()).isEqualTo(200);
        assertThat(login("{\"code\":\"c2\"}", "Referer: https://servicewechat.com/wx1/devtools/page-frame.html")
                        .status())
                .isEqualTo(200);
        assertThat(login("{\"code\":\"c3\"}").status()).isEqualTo(400);
    }

    @Test
    void aLoginHasOnlyOneMethodAndOnlyWhereItIsConfigured() throws IOException {
        try (RawClient client = new RawClient(addresses.open())) {
            HttpReply get = client.ask(RawRequest.get("/login/wechat?code=c1"));
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.header("allow")).isEqualTo("POST, OPTIONS");
            HttpReply preflight = client.ask(RawRequest.get("/").withLine("OPTIONS /login/wechat HTTP/1.1"));
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("access-control-allow-methods")).isEqualTo("POST");
        }
        addresses = gateway("auth.kind=jwt");
        assertThat(login("{\"code\":\"c1\"}").status()).isEqualTo(404);
        assertThat(wechat.calls()).isZero();
    }

    @Test
    void aSecretThatIsMissingEndsTheStart() {
        assertThatThrownBy(() -> gateway("auth.wechat.apps=wx1=file:/nowhere/secret"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("auth.wechat.apps: the secret of wx1 should be in /nowhere/secret: no such file");
    }

    private Addresses gateway(String... settings) {
        Stream<String> usual = Stream.of(
                "transport.loops=1",
                "auth.kind=wechat",
                "auth.jwt.secret=" + JWT_SECRET,
                "auth.wechat.apps=wx1=" + APP_SECRET,
                "auth.wechat.url=" + wechat.url(),
                "auth.wechat.timeout=10s");
        Gateway gateway = new Gateway(
                TestConfig.onLoopback(Stream.concat(usual, Stream.of(settings)).toArray(String[]::new)));
        gateways.add(gateway);
        return gateway.start();
    }

    private HttpReply login(String body, String... headers) throws IOException {
        try (RawClient client = new RawClient(addresses.open())) {
            client.send(request(body, headers));
            return client.in().reply();
        }
    }

    private static byte[] forwarded(String address) {
        return request("{\"code\":\"none\"}", "X-Forwarded-For: " + address);
    }

    private static byte[] request(String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        RawRequest request = RawRequest.post("/login/wechat", bytes.length);
        for (String header : headers) {
            request = request.with(header);
        }
        return ClientFrame.join(request.bytes(), bytes);
    }

    private static void connect(RawClient client, String token) throws IOException {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(HALL, null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(token, rooms, null)));
    }

    private String metrics() throws IOException {
        InetSocketAddress managed = addresses.management();
        assertThat(managed).isNotNull();
        try (RawClient client = new RawClient(managed)) {
            return client.ask(RawRequest.get("/metrics")).text();
        }
    }

    private static JsonNode json(HttpReply reply) throws IOException {
        return new JsonMapper().readTree(reply.body());
    }
}
