package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.doctor.Finding.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an answer to an upgrade, and of a silence. */
class UpgradeCheckTest {
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofSeconds(25);

    @Test
    void knowsTheAnswerToTheKeyOfTheStandard() {
        assertThat(ClientUpgrade.acceptOf("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo(ACCEPT);
    }

    @Test
    void asksAsAMiniProgramDoes() {
        PublicUrl url = PublicUrl.parse("wss://chat.example.com/ws?room=a");

        assertThat(ClientUpgrade.to(url, List.of("wx1234567890abcdef")).text())
                .startsWith("GET /ws?room=a HTTP/1.1\r\nHost: chat.example.com\r\n")
                .contains("Referer: https://servicewechat.com/wx1234567890abcdef/0/page-frame.html\r\n")
                .endsWith("\r\n\r\n");
        assertThat(ClientUpgrade.to(url, List.of()).text()).doesNotContain("Referer");
    }

    @Test
    void isContentWithAGoodAnswer() {
        Finding finding = UpgradeCheck.judge(good(), ACCEPT, SOON);

        assertThat(finding.level()).isEqualTo(Level.OK);
        assertThat(finding.found()).isEqualTo("101 with magpie.v1.json after 20 ms");
    }

    @Test
    void warnsOfAnAnswerForWhichPhonesHardlyWait() {
        assertThat(UpgradeCheck.judge(good(), ACCEPT, Duration.ofSeconds(3)).level())
                .isEqualTo(Level.WARN);
    }

    @Test
    void refusesAnAnswerWithoutTheProtocol() {
        Finding finding = UpgradeCheck.judge(reply(101, Map.of("sec-websocket-accept", ACCEPT)), ACCEPT, SOON);

        assertThat(finding.level()).isEqualTo(Level.FAIL);
        assertThat(finding.found()).contains("Sec-WebSocket-Protocol is \"\"");
    }

    @Test
    void refusesAnAnswerToAnotherRequest() {
        assertThat(UpgradeCheck.judge(good(), "another", SOON).found()).contains("doesn't belong to this request");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "200, proxy_set_header Upgrade",
                "301, phones don't follow",
                "400, proxy_http_version 1.1",
                "403, edge.origins",
                "404, /ws",
                "421, edge.hosts",
                "426, proxy_set_header Upgrade",
                "429, edge.trusted-proxies",
                "502, doesn't reach the gateway",
                "503, limits.connections",
                "505, HTTP/1.0",
                "418, proxy_set_header Upgrade"
            })
    void saysWhatToDoAboutAnyOtherAnswer(int status, String advice) {
        Finding finding = UpgradeCheck.judge(reply(status, Map.of("location", "https://x")), ACCEPT, SOON);

        assertThat(finding.level()).isEqualTo(Level.FAIL);
        assertThat(finding.found()).isEqualTo("answered with " + status + " instead of 101");
        assertThat(finding.advice()).contains(advice);
    }

    @Test
    void judgesHowASilenceEnded() {
        Duration after = Duration.ofSeconds(10);

        assertThat(SilenceCheck.judge(new SilenceCheck.Pinged(after), INTERVAL).level())
                .isEqualTo(Level.OK);
        assertThat(SilenceCheck.judge(new SilenceCheck.Silent(after), INTERVAL).level())
                .isEqualTo(Level.FAIL);
        Finding cut = SilenceCheck.judge(new SilenceCheck.Closed(after, "without a word"), INTERVAL);
        assertThat(cut.level()).isEqualTo(Level.FAIL);
        assertThat(cut.found()).contains("closed after 10 s of silence");
        assertThat(cut.advice()).contains("proxy_read_timeout", "25 s");
        assertThat(SilenceCheck.judge(new SilenceCheck.Closed(after, "with code 4500"), INTERVAL)
                        .advice())
                .contains("The gateway itself");
    }

    private static RawHttp.Reply good() {
        return reply(101, Map.of("sec-websocket-accept", ACCEPT, "sec-websocket-protocol", "magpie.v1.json"));
    }

    private static RawHttp.Reply reply(int status, Map<String, String> headers) {
        return new RawHttp.Reply(status, new HashMap<>(headers));
    }
}
