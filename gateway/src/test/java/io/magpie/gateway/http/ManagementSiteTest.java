package io.magpie.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementSiteTest {
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final ManagementSite site = new ManagementSite(
            () -> "metric 1\n", ready::get, (question, then) -> then.accept(HttpAnswer.text(200, "text/plain", "api")));

    @Test
    void showsMetricsInTheFormatThatScrapersExpect() {
        HttpAnswer answer = get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("metric 1\n");
    }

    @Test
    void livesEvenWhenItTakesNoMoreConnections() {
        ready.set(false);

        assertThat(get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void isReadyWhileItTakesConnections() {
        assertThat(get("/health/ready").status()).isEqualTo(200);

        ready.set(false);
        assertThat(get("/health/ready").status()).isEqualTo(503);
    }

    @Test
    void answersHeadAsGet() {
        assertThat(ask("HEAD", "/metrics").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void refusesOtherMethods(String method) {
        HttpAnswer answer = ask(method, "/metrics");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "GET, HEAD");
    }

    @Test
    void saysWhatThereIsWhereThereIsNothing() {
        HttpAnswer answer = get("/");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("/metrics", "/health/ready");
    }

    private HttpAnswer get(String path) {
        return ask("GET", path);
    }

    private HttpAnswer ask(String method, String path) {
        List<HttpAnswer> answers = new ArrayList<>();
        site.answer(new HttpQuestion(method, path, Map.of()), answers::add);
        return answers.get(0);
    }
}
