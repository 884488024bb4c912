package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests become a WebSocket, and what the others are told. */
class UpgradeTest {
    private static final String LONG = "a".repeat(5_000);

    @Test
    void answersTheKeyOfTheStandardAsTheStandardSays() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade("/ws"));

            assertThat(reply.header("upgrade")).isEqualToIgnoringCase("websocket");
            assertThat(reply.header("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(reply.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "accepted"))
                    .isEqualTo(1);
            assertThat(pipeline.session().events).containsExactly("open");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ws", "/?", "/ws?room=a", "/?x=%E5%A4%A7&y", "/ws?a=/b/../c", "/ws?x=1;y"})
    void acceptsBothPathsWithAnyQuery(String target) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            assertThat(pipeline.ask(RawRequest.upgrade(target)).status()).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @MethodSource("tolerated")
    void acceptsWhatClientsAndProxiesReallySend(RawRequest request) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            assertThat(pipeline.ask(request).status()).isEqualTo(101);
        }
    }

    static Stream<RawRequest> tolerated() {
        RawRequest request = RawRequest.upgrade("/ws");
        return Stream.of(
                request.replacing("Connection: keep-alive, Upgrade"),
                request.replacing("connection: upgrade").without("Connection"),
                request.replacing("Upgrade: WebSocket"),
                request.with("Referer: https://servicewechat.com/wx0123/devtools/page-frame.html"),
                request.with("Origin: https://anything.example"),
                request.with("Cookie: a=b"),
                request.with("Content-Length: 0"),
                request.with("Sec-WebSocket-Extensions: x-webkit-deflate-frame"),
                request.with("Authorization: Bearer x"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatIsNotExactlyRight(int status, RawRequest request) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(request);

            assertThat(reply.status()).as("%s", reply).isEqualTo(status);
            assertThat(reply.header("content-type")).startsWith("application/json");
            assertThat(reply.text()).contains("\"error\":", "\"message\":");
            assertThat(reply.header("connection")).isEqualTo("close");
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.sessions).isEmpty();
            assertThat(pipeline.frames()).isEmpty();
        }
    }

    static Stream<Arguments> refused() {
        RawRequest request = RawRequest.upgrade("/ws");
        return Stream.of(
                arguments(405, request.withLine("POST /ws HTTP/1.1")),
                arguments(405, request.withLine("POST /ws HTTP/1.1").with("Content-Length: 0")),
                arguments(
                        405,
                        request.withLine("HEAD /ws HTTP/1.1")
                                .with("X-No-Body: 1")
                                .withLine("PUT /ws HTTP/1.1")),
                arguments(505, request.withLine("GET /ws HTTP/1.0")),
                arguments(400, request.without("Host")),
                arguments(400, request.with("Host: other.example")),
                arguments(400, request.withLine("GET http://evil/ws HTTP/1.1")),
                arguments(400, request.withLine("GET ws HTTP/1.1")),
                arguments(400, request.withLine("GET * HTTP/1.1")),
                arguments(404, request.withLine("GET /ws/../admin HTTP/1.1")),
                arguments(404, request.withLine("GET /ws%2f.. HTTP/1.1")),
                arguments(404, request.withLine("GET //ws HTTP/1.1")),
                arguments(404, request.withLine("GET /ws;x HTTP/1.1")),
                arguments(404, request.withLine("GET /ws/ HTTP/1.1")),
                arguments(404, request.withLine("GET /WS HTTP/1.1")),
                arguments(404, request.withLine("GET /%77s HTTP/1.1")),
                arguments(404, request.withLine("GET /ws#x HTTP/1.1")),
                arguments(404, request.withLine("GET /chat?room=ws HTTP/1.1")),
                arguments(400, request.without("Connection")),
                arguments(400, request.replacing("Connection: keep-alive")),
                arguments(400, request.without("Upgrade")),
                arguments(400, request.replacing("Upgrade: h2c")),
                arguments(400, request.without("Sec-WebSocket-Key")),
                arguments(400, request.replacing("Sec-WebSocket-Key: abcde")),
                arguments(400, request.replacing("Sec-WebSocket-Key: " + "A".repeat(24))),
                arguments(400, request.replacing("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ")),
                arguments(400, request.replacing("Sec-WebSocket-Key: !!!!")),
                arguments(400, request.with("Sec-WebSocket-Key: " + RawRequest.KEY)),
                arguments(400, request.with("Sec-WebSocket-Protocol: " + "magpie.v1.json,".repeat(11))),
                arguments(400, request.with("Sec-WebSocket-Protocol: magpie.v1.json, " + "a".repeat(250))),
                arguments(400, request.with("Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(300))),
                arguments(400, request.with("Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(5))),
                arguments(400, request.withLine("GET /ws?since=x HTTP/1.1")),
                arguments(400, request.withLine("GET /ws?since=-2 HTTP/1.1")),
                arguments(400, request.withLine("GET /ws?history=-1 HTTP/1.1")),
                arguments(400, request.withLine("GET /ws?history=99999999999 HTTP/1.1")),
                arguments(400, request.withLine("GET /ws?room=%zz HTTP/1.1")),
                arguments(414, request.withLine("GET /ws?" + LONG + " HTTP/1.1")),
                arguments(431, request.with("X-Large: " + LONG).with("X-More: " + LONG)),
                arguments(400, request.withLine("nonsense")));
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 5, hello",
        "Transfer-Encoding: chunked, '0\r\n\r\n'",
        "Transfer-Encoding: chunked, 'XYZ\r\n'"
    })
    void refusesAnUpgradeWithABody(String header, String body) {
        byte[] request = RawRequest.upgrade("/ws", header).bytes();
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(ClientFrame.join(request, body.getBytes(StandardCharsets.US_ASCII)));

            assertThat(pipeline.reply().status()).isEqualTo(400);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "8", "0", "99", "abc", "", "13.0", "013", "8, 13", "13, 8", "13,"})
    void namesTheVersionItSpeaks(String version) {
        RawRequest request = RawRequest.upgrade("/ws").replacing("Sec-WebSocket-Version: " + version);
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(request);

            assertThat(reply.status()).isEqualTo(426);
            assertThat(reply.header("sec-websocket-version")).isEqualTo("13");
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "bad_version"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"13", "8", ""})
    void wantsItsVersionOnceOnly(String another) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.upgrade("/ws", "Sec-WebSocket-Version: " + another));

            assertThat(reply.status()).isEqualTo(426);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void givesTheSameBodyWhateverVersionAndHeadersWereSent() {
        RawRequest old =
                RawRequest.upgrade("/ws").without("Sec-WebSocket-Version").with("X-Secret: echo-me");
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(old);

            assertThat(reply.status()).isEqualTo(426);
            assertThat(reply.toString()).doesNotContainIgnoringCase("secret");
        }
    }

    @Test
    void saysWhichMethodIsAllowed() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.upgrade("/ws").withLine("POST /ws HTTP/1.1"));

            assertThat(reply.header("allow")).isEqualTo("GET");
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "bad_method"))
                    .isEqualTo(1);
        }
    }

    @Test
    void refusesWhenAllPlacesAreTaken() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("limits.connections=1")) {
            assertThat(pipeline.admission.enter()).isTrue();

            HttpReply reply = pipeline.ask(RawRequest.upgrade("/ws"));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("retry-after")).isEqualTo("5");
            assertThat(reply.text()).contains("over_capacity");
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "over_capacity"))
                    .isEqualTo(1);
        }
    }

    @Test
    void givesItsPlaceBackWhenTheConnectionEnds() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("limits.connections=1")) {
            assertThat(pipeline.admission.open()).isFalse();

            pipeline.receive(ClientFrame.close(1000, ""));

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.admission.open()).isTrue();
        }
    }

    @Test
    void takesNoPlaceForARefusedUpgrade() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("limits.connections=1")) {
            pipeline.ask(RawRequest.upgrade("/nowhere"));

            assertThat(pipeline.admission.open()).isTrue();
        }
    }

    @Test
    void aConnectionIsANewcomerUntilItHasAskedSomething() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("limits.newcomers=1")) {
            pipeline.receive("GET ".getBytes(StandardCharsets.US_ASCII));
            assertThat(pipeline.anotherMayConnect()).isFalse();
            assertThat(pipeline.metric("magpie.peers.refused", "reason", "newcomers"))
                    .isEqualTo(1);

            pipeline.receive("/health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(pipeline.reply().status()).isEqualTo(200);
            assertThat(pipeline.anotherMayConnect()).isTrue();
            assertThat(pipeline.anotherMayConnect()).as("the last one has gone").isTrue();
            assertThat(pipeline.metric("magpie.peers.refused", "reason", "newcomers"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aNewcomerThatEndsGivesItsPlaceBack() {
        for (RawRequest last :
                List.of(RawRequest.upgrade("/nowhere"), RawRequest.get("/").with("Connection: close"))) {
            try (ProductionPipeline pipeline = ProductionPipeline.open("limits.newcomers=1")) {
                assertThat(pipeline.newcomers.open()).isFalse();

                pipeline.ask(last);

                assertThat(pipeline.isOpen()).isFalse();
                assertThat(pipeline.newcomers.open()).isTrue();
            }
        }
        try (ProductionPipeline pipeline = ProductionPipeline.withoutSessions("limits.newcomers=1")) {
            pipeline.receive(RawRequest.upgrade("/ws").bytes());

            assertThat(pipeline.newcomers.open())
                    .as("also if the upgrade fails")
                    .isTrue();
        }
    }

    @Test
    void readsRoomAndPositionFromTheQuery() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.upgrade(RawRequest.upgrade("/ws?room=%E5%A4%A7%E5%8E%85&since=7&history=20"));

            assertThat(pipeline.session().handshake.room()).isEqualTo("大厅");
            assertThat(pipeline.session().handshake.since()).isEqualTo(7);
            assertThat(pipeline.session().handshake.history()).isEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-WebSocket-Protocol: magpie.v1.json", "Sec-WebSocket-Protocol: magpie.v1.cbor"})
    void readsTheTokenOfTheHeader(String protocol) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.upgrade(RawRequest.upgrade("/ws?token=no&x", "authorization: bearer a.b.c", protocol(protocol)));

            assertThat(pipeline.session().handshake.token()).isEqualTo("a.b.c");
            assertThat(pipeline.session().handshake.toString()).doesNotContain("a.b.c");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Basic YTpi",
                "Authorization: Bearer",
                "Authorization: ",
                "X-Authorization: Bearer a.b.c"
            })
    void otherHeadersAreNoToken(String header) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.upgrade(RawRequest.upgrade("/ws?token=no", header));

            assertThat(pipeline.session().handshake.token()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Sec-WebSocket-Protocol: magpie.v1.json"})
    void readsTheTokenOfTheQueryWhereThatIsAllowed(String protocol) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("auth.token-in-query=true")) {
            pipeline.upgrade(RawRequest.upgrade("/ws?a=1&token=a%2Eb.c&token=d", protocol(protocol)));

            assertThat(pipeline.session().handshake.token()).isEqualTo("a.b.c");
        }
    }

    private static String protocol(String header) {
        return header.isEmpty() ? "X-None: 1" : header;
    }

    @Test
    void leavesTheQueryOfEnvelopeClientsAlone() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.upgrade(RawRequest.upgrade(
                    "/ws?since=yesterday&history=-1&room=%zz", "Sec-WebSocket-Protocol: magpie.v1.json"));

            assertThat(pipeline.session().handshake.room()).isNull();
        }
    }

    @Test
    void endsAConnectionForWhichNoSessionCanBeMade() {
        try (ProductionPipeline pipeline = ProductionPipeline.withoutSessions("limits.connections=1")) {
            pipeline.receive(RawRequest.upgrade("/ws").bytes());

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.admission.open()).isTrue();
        }
    }

    @Test
    void acceptsARequestThatComesByteByByte() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            for (byte b : RawRequest.upgrade("/ws").bytes()) {
                pipeline.receive(new byte[] {b});
            }

            assertThat(pipeline.reply().status()).isEqualTo(101);
        }
    }

    @Test
    void neverReadsFramesThatCameInOnePacketWithTheRequest() {
        byte[] request = RawRequest.upgrade("/ws").bytes();
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(
                    ClientFrame.join(request, ClientFrame.text("too early").bytes()));

            assertThat(pipeline.reply().status()).isEqualTo(101);
            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0).closeCode()).isEqualTo(1002);
            assertThat(pipeline.session().events).doesNotContain("text too early");
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "early_data"))
                    .isEqualTo(1);
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "accepted"))
                    .isZero();
        }
    }

    @Test
    void countsEveryUpgradeOnce() {
        List<RawRequest> requests =
                List.of(RawRequest.upgrade("/ws"), RawRequest.upgrade("/nowhere"), RawRequest.upgrade("/ws?since=x"));
        for (RawRequest request : requests) {
            try (ProductionPipeline pipeline = ProductionPipeline.open()) {
                pipeline.ask(request);

                double all = pipeline.registry.find("magpie.upgrades").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum();
                assertThat(all).as("%s", request).isEqualTo(1);
            }
        }
    }

    @Test
    void staysUpAfterManyRefusals() {
        List<Integer> statuses = IntStream.range(0, 50)
                .mapToObj(i -> {
                    try (ProductionPipeline pipeline = ProductionPipeline.open()) {
                        return pipeline.ask(RawRequest.upgrade("/" + i)).status();
                    }
                })
                .distinct()
                .toList();
        assertThat(statuses).containsExactly(404);
    }
}
