package io.magpie.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public port for those who don't upgrade. */
class PlainHttpTest {
    @Test
    void answersOneRequestAfterTheOtherOnOneConnection() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            for (int i = 0; i < 3; i++) {
                HttpReply reply = pipeline.ask(RawRequest.get("/"));

                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.text()).contains("\"name\":\"Magpie\"", "\"version\":\"1.2.3\"", "magpie.v1.cbor");
                assertThat(pipeline.isOpen()).isTrue();
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(ClientFrame.join(
                    RawRequest.get("/health").bytes(),
                    RawRequest.get("/nowhere").bytes()));

            assertThat(pipeline.reply().text()).contains("up");
            assertThat(pipeline.reply().status()).isEqualTo(404);
        }
    }

    @Test
    void whoWantsToUpgradeInOnePacketWithAnotherRequestIsRefused() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(ClientFrame.join(
                    RawRequest.get("/health").bytes(),
                    RawRequest.upgrade("/ws").bytes(),
                    RawRequest.get("/health").bytes()));

            assertThat(pipeline.reply().status()).isEqualTo(200);
            HttpReply refused = pipeline.reply();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("wait for the last answer");
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).as("nothing follows").isEmpty();
            assertThat(pipeline.sessions).isEmpty();
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "bad_request"))
                    .isEqualTo(1);
        }
    }

    @Test
    void noAnswersPileUpForAClientThatDoesNotReadThem() {
        ProductionPipeline.Parts parts = ProductionPipeline.Parts.counting();
        long before = parts.held();
        byte[] some = new String(RawRequest.get("/health").bytes(), US_ASCII)
                .repeat(1_000)
                .getBytes(US_ASCII);
        try (ProductionPipeline pipeline = ProductionPipeline.open(parts)) {
            pipeline.stall();
            int asked = 0;
            long most = before;
            while (pipeline.isOpen() && asked < 108_000) {
                pipeline.receive(some);
                asked += 1_000;
                most = Math.max(most, parts.held());
            }

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(asked).isLessThan(10_000);
            assertThat(pipeline.mostQueued()).isLessThan(70 << 10);
            assertThat(most).as("bytes of all buffers").isLessThan(before + (512 << 10));
        }
        assertThat(parts.held()).isEqualTo(before);
    }

    @Test
    void upgradesAConnectionThatAskedSomethingBefore() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            assertThat(pipeline.ask(RawRequest.get("/")).status()).isEqualTo(200);

            assertThat(pipeline.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
        }
    }

    @Test
    void answersAClientThatWouldRatherSpeakAnotherProtocol() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.get("/")
                    .with("Connection: Upgrade, HTTP2-Settings")
                    .with("Upgrade: h2c")
                    .with("HTTP2-Settings: AAMAAABkAAQAAP__"));

            assertThat(reply.status()).isEqualTo(200);
        }
    }

    @Test
    void closesWhereTheClientWantsThat() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.get("/").with("Connection: close"));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("connection")).isEqualTo("close");
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void closesAfterAnOldClientsRequest() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            assertThat(pipeline.ask(RawRequest.get("/").withLine("GET / HTTP/1.0"))
                            .status())
                    .isEqualTo(200);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void answersHeadWithoutABodyButWithItsLength() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply get = pipeline.ask(RawRequest.get("/"));
            pipeline.receive(RawRequest.get("/").withLine("HEAD / HTTP/1.1").bytes());
            HttpReply head = pipeline.replyWithoutBody();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).isEqualTo(get.headers());
            assertThat(pipeline.frames()).isEmpty();
            assertThat(pipeline.ask(RawRequest.get("/health")).status()).isEqualTo(200);
        }
    }

    @Test
    void showsBrowsersThePageAndProgramsTheFacts() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply page = pipeline.ask(RawRequest.get("/").with("Accept: text/html,*/*;q=0.8"));
            HttpReply facts = pipeline.ask(RawRequest.get("/").with("Accept: application/json"));

            assertThat(page.header("content-type")).startsWith("text/html");
            assertThat(page.header("content-security-policy")).contains("default-src 'none'");
            assertThat(facts.header("content-type")).startsWith("application/json");
        }
    }

    @Test
    void letsEveryPageReadAnswersUnlessConfigured() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            assertThat(pipeline.ask(RawRequest.get("/").with("Origin: https://a.example"))
                            .header("access-control-allow-origin"))
                    .isEqualTo("*");
        }
    }

    @Test
    void letsOnlyConfiguredPagesReadAnswers() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("http.cors-origins=https://a.example")) {
            HttpReply allowed = pipeline.ask(RawRequest.get("/").with("Origin: https://a.example"));
            HttpReply other = pipeline.ask(RawRequest.get("/").with("Origin: https://a.example.evil"));

            assertThat(allowed.header("access-control-allow-origin")).isEqualTo("https://a.example");
            assertThat(other.header("access-control-allow-origin")).isEqualTo("absent");
        }
    }

    @Test
    void answersAPreflight() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.get("/")
                    .withLine("OPTIONS / HTTP/1.1")
                    .with("Origin: https://a.example")
                    .with("Access-Control-Request-Method: GET"));

            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.header("access-control-allow-methods")).isEqualTo("GET");
        }
    }

    @Test
    void wantsExactlyOneHost() {
        RawRequest request = RawRequest.get("/health");
        for (RawRequest bad : List.of(
                request.without("Host"),
                request.with("Host: chat.example"),
                request.with("Host: other.example"),
                request.withLine("GET /health HTTP/1.0").with("Host: chat.example"),
                RawRequest.post("/login/wechat", 0).without("Host"))) {
            try (ProductionPipeline pipeline = ProductionPipeline.open()) {
                HttpReply reply = pipeline.ask(bad);

                assertThat(reply.status()).as("%s", bad).isEqualTo(400);
                assertThat(reply.text()).contains("exactly one Host");
                assertThat(pipeline.isOpen()).isFalse();
            }
        }
    }

    @Test
    void anOldClientNeedsNoHost() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            RawRequest old = RawRequest.get("/").withLine("GET / HTTP/1.0").without("Host");

            assertThat(pipeline.ask(old).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, GET /nowhere HTTP/1.1",
        "404, GET /api/v1/rooms HTTP/1.1",
        "404, GET /health/ready HTTP/1.1",
        "404, GET /metrics HTTP/1.1",
        "404, GET /ws/../health HTTP/1.1",
        "404, GET //health HTTP/1.1",
        "426, GET /ws HTTP/1.1",
        "405, DELETE /health HTTP/1.1",
        "405, TRACE / HTTP/1.1",
        "405, CONNECT evil.example:443 HTTP/1.1",
        "400, GET http://evil/health HTTP/1.1",
        "400, OPTIONS * HTTP/1.1",
        "505, GET / HTTP/9.9",
        "505, PRI * HTTP/2.0",
        "400, hello",
    })
    void refusesOtherRequests(int status, String requestLine) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.get("/").withLine(requestLine));

            assertThat(reply.status()).as("%s", reply).isEqualTo(status);
            assertThat(reply.text()).contains("\"error\":");
        }
    }

    @Test
    void refusesALongLineAndLongHeadersAndEnds() {
        String text = "a".repeat(5_000);
        try (ProductionPipeline line = ProductionPipeline.open();
                ProductionPipeline headers = ProductionPipeline.open()) {
            assertThat(line.ask(RawRequest.get("/" + text)).status()).isEqualTo(414);
            assertThat(headers.ask(RawRequest.get("/").with("A: " + text).with("B: " + text))
                            .status())
                    .isEqualTo(431);
            assertThat(line.isOpen()).isFalse();
            assertThat(headers.isOpen()).isFalse();
        }
    }

    @Test
    void closesAClientThatSendsNoWholeRequestInTime() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("http.request-timeout=5s")) {
            byte[] request = RawRequest.get("/").bytes();
            for (int second = 0; second < 5; second++) {
                assertThat(pipeline.isOpen()).isTrue();
                pipeline.receive(new byte[] {request[second]});
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void givesAPlaceAmongNewcomersBackWithTheFirstRequest() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("limits.newcomers=1")) {
            assertThat(pipeline.newcomers.open()).isFalse();

            pipeline.ask(RawRequest.get("/"));

            assertThat(pipeline.newcomers.open()).isTrue();
            assertThat(pipeline.isOpen()).isTrue();
        }
    }

    @Test
    void closesAfterAnOldClientsRequestThoughItWouldStay() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply =
                    pipeline.ask(RawRequest.get("/").withLine("GET / HTTP/1.0").with("Connection: keep-alive"));

            assertThat(reply.header("connection")).isEqualTo("close");
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void refusesADraftWhoseBodyNobodyElseSees() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(
                    RawRequest.get("/").with("Sec-WebSocket-Key1: 1").with("Sec-WebSocket-Key2: 2"));

            assertThat(reply.status()).isEqualTo(400);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void closesAClientThatSaysNothing() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("http.request-timeout=5s")) {
            pipeline.pass(Duration.ofSeconds(4));
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void givesEachRequestItsOwnTime() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("http.request-timeout=5s")) {
            pipeline.pass(Duration.ofSeconds(4));
            pipeline.ask(RawRequest.get("/"));
            pipeline.pass(Duration.ofSeconds(4));
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void doesNotTimeAnUpgradedConnection() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("http.request-timeout=5s")) {
            pipeline.pass(Duration.ofSeconds(6));

            assertThat(pipeline.isOpen()).isTrue();
        }
    }

    @Test
    void answersARequestWithASmallBodyAndForgetsTheBody() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(RawRequest.get("/")
                    .withLine("POST / HTTP/1.1")
                    .with("Content-Length: 1000")
                    .bytes());
            assertThat(pipeline.frames()).as("not before the body is there").isEmpty();

            pipeline.receive(new byte[1_000]);
            assertThat(pipeline.reply().status()).isEqualTo(405);
            assertThat(pipeline.ask(RawRequest.get("/")).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "413, Content-Length: 1000000000",
        "415, 'Content-Length: 5\r\nContent-Encoding: gzip'",
        "400, 'Transfer-Encoding: identity, chunked'"
    })
    void refusesABodyBeforeItComesAndEnds(int status, String headers) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply = pipeline.ask(RawRequest.get("/")
                    .withLine("POST / HTTP/1.1")
                    .with("Expect: 100-continue")
                    .with(headers));

            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.text()).contains("\"error\":");
            assertThat(reply.header("connection")).isEqualTo("close");
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void endsAConnectionWhoseBodyTurnsOutTooLarge() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(RawRequest.get("/")
                    .withLine("POST / HTTP/1.1")
                    .with("Transfer-Encoding: chunked\r\n\r\n20000")
                    .bytes());
            for (int i = 0; i < 9; i++) {
                pipeline.receive(new byte[8_192]);
            }

            assertThat(pipeline.reply().status()).isEqualTo(413);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void tellsAClientThatItsBodyMayCome() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(
                    RawRequest.post("/", 1_000).with("Expect: 100-continue").bytes());
            assertThat(pipeline.replyWithoutBody().status()).isEqualTo(100);

            pipeline.receive(new byte[1_000]);
            assertThat(pipeline.reply().status()).isEqualTo(405);
        }
    }

    @Test
    void endsQuietlyWhenTheClientIsGone() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive("GET / HT".getBytes(US_ASCII));
            pipeline.reset();

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).isEmpty();
        }
    }
}
