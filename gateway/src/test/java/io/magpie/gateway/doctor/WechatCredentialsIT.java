package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.doctor.Finding.Level;
import io.magpie.gateway.support.HttpStub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An app's credentials, beside a server that answers as the platform does. */
class WechatCredentialsIT {
    private static final String APP = "wx1234567890abcdef";
    private static final String SECRET = "planted-secret";

    private final AtomicReference<String> answer = new AtomicReference<>("");
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private HttpStub platform;

    @BeforeEach
    void start() {
        platform = new HttpStub("/cgi-bin/stable_token", this::answer);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void asksForATokenWithoutTakingItFromOthers() throws Exception {
        answer.set("{\"access_token\":\"planted-token\",\"expires_in\":7200}");

        Finding finding = ask();

        assertThat(finding).isEqualTo(Finding.ok(WechatCredentials.WHAT, APP + ": taken; a token is good for 7200 s"));
        JsonNode request = new JsonMapper().readTree(asked.get());
        assertThat(request.path("grant_type").asText()).isEqualTo("client_credential");
        assertThat(request.path("appid").asText()).isEqualTo(APP);
        assertThat(request.path("secret").asText()).isEqualTo(SECRET);
        assertThat(request.path("force_refresh").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "40001, FAIL, The secret is wrong",
                "40125, FAIL, The secret is wrong",
                "40013, FAIL, The appid is wrong",
                "40164, FAIL, isn't in the app's list",
                "40243, FAIL, frozen",
                "-1, WARN, busy",
                "45009, WARN, Asked too often",
                "48001, FAIL, list of return codes"
            })
    void explainsARefusalAndShowsNoSecret(int code, Level level, String advice) throws Exception {
        answer.set("{\"errcode\":" + code + ",\"errmsg\":\"no " + SECRET + " from 1.2.3.4 rid: 5\"}");

        Finding finding = ask();

        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).isEqualTo(APP + ": refused with " + code + ", no (secret) from 1.2.3.4 rid: 5");
        assertThat(finding.advice()).contains(advice);
    }

    @Test
    void knowsAnAnswerThatIsNotThePlatforms() throws Exception {
        answer.set("<html>sign in to this network</html>");

        assertThat(ask().found()).contains("an answer with status 200 that isn't WeChat's");
    }

    @Test
    void doesNotWaitForLong() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = new WechatCredentials(
                            URI.create("http://127.0.0.1:" + mute.getLocalPort()), Duration.ofMillis(200))
                    .ask(APP, SECRET);

            assertThat(finding.level()).isEqualTo(Level.FAIL);
            assertThat(finding.found()).contains("didn't answer within 200 ms");
        }
    }

    @Test
    void saysThatThePlatformCanNotBeReached() throws Exception {
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gone.close();

        assertThat(new WechatCredentials(URI.create("http://127.0.0.1:" + gone.getLocalPort()))
                        .ask(APP, SECRET)
                        .found())
                .isEqualTo(APP + ": 127.0.0.1 can't be reached");
    }

    private Finding ask() throws InterruptedException {
        return new WechatCredentials(URI.create(platform.url() + "/")).ask(APP, SECRET);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        HttpStub.whole(exchange, 200, answer.get());
    }
}
