package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is secret in a configuration is never shown: not as text of the whole or of a part, nor by what is wrong with it. */
class SecretsTest {
    /** Each secret, and a value that is one. */
    private static final Map<String, String> PLANTED = Map.of(
            "management.key", "planted-key-of-the-management",
            "resume.secret", "planted-secret-of-tickets",
            "auth.jwt.secret", "planted-secret-of-tokens-that-is-long-enough",
            "auth.wechat.apps", "wx0123456789abcdef=planted-secret-of-an-app",
            "tls.password", "planted-password",
            "webhook.secret", "planted-secret-of-questions");

    @Test
    void allSecretsAreKnownHere() {
        assertThat(ConfigBinder.keys(GatewayConfig.DEFAULTS))
                .filteredOn(key -> key.matches(".*\\.(secret|password|apps|key)") && !key.equals("tls.key"))
                .containsExactlyInAnyOrderElementsOf(PLANTED.keySet());
    }

    @Test
    void noRecordShowsOne() {
        GatewayConfig config = load(PLANTED);

        assertThat(config.management().key()).startsWith("planted");
        assertThat(config.resume().secret()).startsWith("planted");
        assertThat(config.auth().jwt().secret()).startsWith("planted");
        assertThat(config.auth().wechat().parsedApps().get(0).secret()).startsWith("planted");
        assertThat(config.tls().password()).startsWith("planted");
        assertThat(config.webhook().secret()).startsWith("planted");
        assertThat(List.of(
                        config,
                        config.management(),
                        config.resume(),
                        config.auth(),
                        config.auth().jwt(),
                        config.auth().wechat(),
                        config.auth().wechat().parsedApps(),
                        config.tls(),
                        config.webhook()))
                .allSatisfy(part -> assertThat(part.toString()).isNotEmpty().doesNotContain("planted"));
    }

    @Test
    void noComplaintShowsOne() {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class,
                () -> load(Map.of(
                        "management.key", "planted",
                        "resume.secret", "planted",
                        "auth.jwt.secret", "planted",
                        "auth.wechat.apps", "planted",
                        "webhook.secret", "planted",
                        "management.kee", "planted")));

        assertThat(refused.getMessage())
                .contains(
                        "management.key",
                        "resume.secret",
                        "auth.jwt.secret",
                        "auth.wechat.apps",
                        "webhook.secret",
                        "management.kee")
                .doesNotContain("planted");
    }

    private static GatewayConfig load(Map<String, String> settings) {
        return ConfigLoader.load(
                Optional.empty(),
                Map.of(),
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
    }
}
