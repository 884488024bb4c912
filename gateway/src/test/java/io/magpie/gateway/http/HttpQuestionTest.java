package io.magpie.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpQuestionTest {
    @Test
    void showsNothingThatMayBeSecret() {
        HttpQuestion question = new HttpQuestion(
                "POST",
                "/api/v1/bans",
                Map.of("authorization", "Bearer planted"),
                Map.of("token", "planted"),
                "planted".getBytes(StandardCharsets.UTF_8),
                "127.0.0.1");

        assertThat(question.toString())
                .contains("POST", "/api/v1/bans", "127.0.0.1")
                .doesNotContain("planted");
    }
}
