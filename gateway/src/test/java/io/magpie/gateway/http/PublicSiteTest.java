package io.magpie.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicSiteTest {
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

    private static HttpAnswer ask(Site site, String method, String path, Map<String, String> headers) {
        return site.answer(new HttpQuestion(method, path, headers));
    }
}
