package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.transport.TestConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookConfigTest {
    private static final String SECRET = "webhook.secret=planted-secret-0123";
    private static final String SENDS = "webhook.questions=send";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example/chat?app=1",
                "HTTPS://shop.example",
                "http://localhost:9000/chat",
                "http://127.0.0.1/chat",
                "http://[::1]:9000/"
            })
    void takesHttpsAndHttpOfThisMachine(String url) {
        assertThatCode(() -> TestConfig.with("webhook.url=" + url, SECRET, SENDS))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://shop.example/chat",
                "http://localhost.evil.example/",
                "ftp://shop.example",
                "https://",
                "https://user:password@shop.example/",
                "https://shop.example/#top",
                "shop.example/chat",
                "https:// shop",
                "no url"
            })
    void takesNoOtherUrl(String url) {
        assertThatThrownBy(() -> TestConfig.with("webhook.url=" + url, SECRET))
                .hasMessageContaining("webhook.url: must be");
    }

    @Test
    void takesHttpOfAnotherMachineWhereThatIsAsked() {
        assertThatCode(() -> TestConfig.with(
                        "webhook.url=http://backend:9000/chat", "webhook.allow-http=true", SECRET, SENDS))
                .doesNotThrowAnyException();
    }

    @Test
    void needsASecret() {
        assertThatThrownBy(() -> TestConfig.with("webhook.url=https://shop.example"))
                .hasMessageContaining("webhook.secret: must have at least 16 characters");
        assertThatThrownBy(() -> TestConfig.with("webhook.secret=short")).hasMessageContaining("webhook.secret");
    }

    @Test
    void needsAUrlForWhatIsAsked() {
        assertThatThrownBy(() -> TestConfig.with("webhook.questions=send"))
                .hasMessageContaining("webhook.questions: can't be asked without url");
        assertThatThrownBy(() -> TestConfig.with("auth.kind=webhook"))
                .hasMessageContaining("auth.kind: webhook needs webhook.url");
    }

    @Test
    void knowsItsQuestions() {
        assertThatThrownBy(() -> TestConfig.with("webhook.url=https://shop.example", SECRET, "webhook.questions=leave"))
                .hasMessageContaining("webhook.questions: must be some of connect, join, send");
        assertThatThrownBy(
                        () -> TestConfig.with("webhook.url=https://shop.example", SECRET, "webhook.questions=connect"))
                .hasMessageContaining("webhook.questions: connect is asked with auth.kind webhook only");
        assertThatThrownBy(() -> TestConfig.with("webhook.fail-open=connect"))
                .hasMessageContaining("webhook.fail-open: must be some of join, send");
        assertThatCode(() -> TestConfig.with(
                        "auth.kind=webhook",
                        "webhook.url=https://shop.example",
                        SECRET,
                        "webhook.questions=connect,join,send"))
                .doesNotThrowAnyException();
    }

    @Test
    void somethingMustBeAskedWhereThereIsABackend() {
        assertThatThrownBy(() -> TestConfig.with("webhook.url=https://shop.example", SECRET))
                .hasMessageContaining("webhook.questions: must name a question");
        assertThatThrownBy(() ->
                        TestConfig.with("webhook.url=https://shop.example", SECRET, SENDS, "webhook.fail-open=join"))
                .hasMessageContaining("webhook.fail-open: must be among webhook.questions");
    }

    @Test
    void neverShowsItsSecret() {
        assertThat(TestConfig.with("webhook.url=https://shop.example/?key=planted", SECRET, SENDS)
                        .toString())
                .doesNotContain("planted");
    }
}
