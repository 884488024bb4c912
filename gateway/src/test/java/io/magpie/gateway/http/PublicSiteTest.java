package io.magpie.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSiteTest {
    private static final AsyncSite LOGIN = (question, then) -> then.accept(HttpAnswer.json(200, Map.of("user", "u")));

    private final PublicSite site = new PublicSite("1.2.3", List.of("*"));

    @Test
    void saysWhatItIs() throws IOException {
        HttpAnswer answer = ask(site, "GET", "/", Map.of());

        JsonNode facts = new ObjectMapper().readTree(answer.body());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json; charset=utf-8");
        assertThat(facts.path("name").asText()).isEqualTo("Magpie");
        assertThat(facts.path("version").asText()).isEqualTo("1.2.3");
        assertThat(facts.path("websocket").asText()).isEqualTo("/ws");
        assertThat(facts.path("protocols")).hasToString("[\"magpie.v1.json\",\"magpie.v1.cbor\"]");
        assertThat(answer.headers()).containsEntry("Vary", "Accept");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    text/html,application/xhtml+xml,*/*;q=0.8 | text/html
                    TEXT/HTML                                 | text/html
                    */*                                       | application/json
                    application/json                          | application/json
                    """)
    void choosesBetweenPageAndFactsByWhatIsAccepted(String accept, String type) {
        assertThat(ask(site, "GET", "/", Map.of("accept", accept)).contentType())
                .startsWith(type);
    }

    @Test
    void forbidsThePageToLoadAnythingFromElsewhere() {
        HttpAnswer page = ask(site, "GET", "/", Map.of("accept", "text/html"));

        assertThat(page.headers()).containsEntry("X-Content-Type-Options", "nosniff");
        assertThat(page.headers().get("Content-Security-Policy")).contains("default-src 'none'", "base-uri 'none'");
        assertThat(new String(page.body(), StandardCharsets.UTF_8))
                .contains("<html", "WebSocket")
                .doesNotContain("src=\"http", "href=\"http", "@import");
    }

    @Test
    void saysThatItLives() {
        HttpAnswer answer = ask(site, "GET", "/health", Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"status\":\"up\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nowhere, 404",
        "POST, /nowhere, 404",
        "GET, /health/, 404",
        "GET, /ws, 426",
        "POST, /, 405",
        "CONNECT, /, 405",
        "OPTIONS, /, 204"
    })
    void answersOtherRequestsWithTheRightStatus(String method, String path, int status) {
        assertThat(ask(site, method, path, Map.of()).status()).isEqualTo(status);
    }

    @Test
    void saysHowToUseItsWebSocketPath() {
        assertThat(ask(site, "GET", "/ws", Map.of()).headers())
                .containsEntry("Upgrade", "websocket")
                .containsEntry("Connection", "Upgrade");
    }

    @Test
    void saysWhichMethodsItTakes() {
        assertThat(ask(site, "DELETE", "/", Map.of()).headers()).containsEntry("Allow", "GET, HEAD, OPTIONS");
    }

    @Test
    void opensErrorsToPagesToo() {
        assertThat(ask(site, "GET", "/nowhere", Map.of()).headers()).containsEntry("Access-Control-Allow-Origin", "*");
    }

    @Test
    void tellsCachesThatAnswersDependOnTheOriginWhereTheyDo() {
        PublicSite closed = new PublicSite("1.2.3", List.of("https://a.example"));

        assertThat(ask(closed, "GET", "/", Map.of("origin", "https://a.example"))
                        .headers()
                        .get("Vary"))
                .contains("Accept", "Origin");
        assertThat(ask(closed, "GET", "/", Map.of()).headers().get("Vary")).contains("Origin");
        assertThat(ask(closed, "GET", "/", Map.of()).headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    void hasNoLoginUnlessItIsGivenOne() {
        assertThat(ask(site, "POST", "/login/wechat", Map.of()).status()).isEqualTo(404);
        assertThat(site.maxBody()).isZero();
    }

    @Test
    void asksTheLoginAndLetsPagesReadWhatItSays() {
        PublicSite open = new PublicSite("1.2.3", List.of("https://a.example"), LOGIN);

        HttpAnswer answer = ask(open, "POST", "/login/wechat", Map.of("origin", "https://a.example"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("Access-Control-Allow-Origin", "https://a.example");
        assertThat(answer.headers().get("Vary")).contains("Origin");
        assertThat(new String(ask(open, "GET", "/", Map.of()).body(), StandardCharsets.UTF_8))
                .contains("\"login\":\"/login/wechat\"");
    }

    @Test
    void takesOnlyPostForALoginAndSaysSoInAPreflight() {
        PublicSite open = new PublicSite("1.2.3", List.of("*"), LOGIN);

        HttpAnswer wrong = ask(open, "GET", "/login/wechat", Map.of());
        HttpAnswer preflight = ask(open, "OPTIONS", "/login/wechat", Map.of());

        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.headers()).containsEntry("Allow", "POST, OPTIONS");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.headers()).containsEntry("Access-Control-Allow-Methods", "POST");
        assertThat(ask(open, "POST", "/login/wechat/", Map.of()).status()).isEqualTo(404);
        assertThat(ask(open, "POST", "/", Map.of()).status()).isEqualTo(405);
    }

    @Test
    void refusesALoginThatIsTooLargeWithoutShowingItToAnybody() {
        PublicSite open = new PublicSite("1.2.3", List.of("*"), LOGIN);

        assertThat(ask(open, post(new byte[PublicSite.MAX_BODY])).status()).isEqualTo(200);
        assertThat(ask(open, post(new byte[PublicSite.MAX_BODY + 1])).status()).isEqualTo(413);
    }

    private static HttpQuestion post(byte[] body) {
        return new HttpQuestion("POST", "/login/wechat", Map.of(), Map.of(), body, "");
    }

    private static HttpAnswer ask(AsyncSite site, String method, String path, Map<String, String> headers) {
        return ask(site, new HttpQuestion(method, path, headers));
    }

    /** What a site answers at once. */
    private static HttpAnswer ask(AsyncSite site, HttpQuestion question) {
        List<HttpAnswer> answers = new ArrayList<>();
        site.answer(question, answers::add);
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }
}
