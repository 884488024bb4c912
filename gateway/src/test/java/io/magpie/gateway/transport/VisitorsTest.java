package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts, origins and mini-programs that may connect, on the pipeline of production. */
class VisitorsTest {
    private static final String APP = "https://servicewechat.com/wx0123456789abcdef/12/page-frame.html";

    @ParameterizedTest
    @CsvSource({
        "chat.example.com, 101", "CHAT.example.com, 101", "chat.example.com:8443, 101", "other.example.com:9000, 101",
        "other.example.com, 421", "chat.example.com.evil.org, 421", "evil-chat.example.com, 421", "[::1]:8080, 421"
    })
    void servesOnlyTheHostsOfTheList(String host, int status) {
        try (ProductionPipeline pipeline =
                ProductionPipeline.open("edge.hosts=chat.example.com,other.example.com:9000")) {
            assertThat(pipeline.ask(RawRequest.upgrade("/ws").replacing("Host: " + host))
                            .status())
                    .isEqualTo(status);
            assertThat(pipeline.registry
                            .get("magpie.upgrades")
                            .tag("outcome", "bad_host")
                            .counter()
                            .count())
                    .isEqualTo(status == 421 ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, chat.example.com, 200",
        "GET / HTTP/1.1, CHAT.example.com:8443, 200",
        "GET / HTTP/1.1, 192.0.2.1, 421",
        "POST /login/wechat HTTP/1.1, evil.example.com, 421",
        "OPTIONS / HTTP/1.1, evil.example.com, 421",
        "GET /nowhere HTTP/1.1, evil.example.com, 421",
        "GET / HTTP/1.0, evil.example.com, 421",
        "GET /health HTTP/1.1, chat.example.com, 200",
        "GET /health HTTP/1.1, 192.0.2.1, 200",
        "HEAD /health?x=1 HTTP/1.0, 192.0.2.1, 200",
        "GET /health/ HTTP/1.1, 192.0.2.1, 421"
    })
    void servesOnlyTheHostsOfTheListThoughItsHealthToAll(String line, String host, int status) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.hosts=chat.example.com")) {
            pipeline.receive(RawRequest.get("/")
                    .withLine(line)
                    .replacing("Host: " + host)
                    .bytes());

            assertThat(pipeline.replyWithoutBody().status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"/, 421", "/health, 200"})
    void aClientTooOldForAHostAsksForNone(String path, int status) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.hosts=chat.example.com")) {
            RawRequest old = RawRequest.get(path).withLine("GET " + path + " HTTP/1.0");

            assertThat(pipeline.ask(old.without("Host")).status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://chat.example.com       | 101",
                "HTTPS://CHAT.example.com       | 101",
                "weapp://wx0123456789abcdef     | 101",
                "file://                        | 101",
                "null                           | 403",
                "https://evil.com               | 403",
                "http://chat.example.com        | 403",
                "https://chat.example.com:8443  | 403",
                "https://chat.example.com.evil  | 403",
                "https://chat.example.com, https://evil.com | 403",
                "x                              | 403"
            })
    void letsOnlyPagesOfTheListConnect(String origin, int status) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.origins=https://chat.example.com")) {
            assertThat(pipeline.ask(RawRequest.upgrade("/ws", "Origin: " + origin))
                            .status())
                    .isEqualTo(status);
        }
    }

    @Test
    void twoOriginsAreNone() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.origins=https://chat.example.com")) {
            RawRequest twice =
                    RawRequest.upgrade("/ws", "Origin: https://chat.example.com", "Origin: https://chat.example.com");

            assertThat(pipeline.ask(twice).status()).isEqualTo(403);
        }
    }

    @Test
    void whoSendsNoOriginMayConnect() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.origins=https://chat.example.com")) {
            assertThat(pipeline.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource({
        APP + ", 101",
        "https://servicewechat.com/wx0123456789abcdef/devtools/page-frame.html, 101",
        "https://servicewechat.com/wxfedcba9876543210/12/page-frame.html, 403",
        "https://servicewechat.com.evil.org/wx0123456789abcdef/12/page-frame.html, 403",
        "https://evil.org/?https://servicewechat.com/wx0123456789abcdef/12/page-frame.html, 403",
        "http://servicewechat.com/wx0123456789abcdef/12/page-frame.html, 403"
    })
    void letsOnlyMiniProgramsOfTheListConnect(String referer, int status) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.appids=wx0123456789abcdef")) {
            assertThat(pipeline.ask(RawRequest.upgrade("/ws", "Referer: " + referer))
                            .status())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"57, 101", "58, 403", "devtools, 101", "0, 403"})
    void aVersionMayBeNamedToo(String version, int status) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.appids=wx01/57,wx01/devtools")) {
            String referer = "Referer: https://servicewechat.com/wx01/" + version + "/page-frame.html";
            assertThat(pipeline.ask(RawRequest.upgrade("/ws", referer)).status())
                    .isEqualTo(status);
        }
    }

    @Test
    void whoSaysNoMiniProgramMayNotConnectWhereThereIsAList() {
        try (ProductionPipeline pipeline = ProductionPipeline.open("edge.appids=wx0123456789abcdef")) {
            assertThat(pipeline.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(403);
        }
    }

    @Test
    void everybodyMayConnectWhereThereAreNoLists() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            RawRequest any = RawRequest.upgrade("/ws", "Origin: https://evil.com", "Referer: https://evil.com/");

            assertThat(pipeline.ask(any).status()).isEqualTo(101);
        }
    }
}
