package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key, wherever it may be set. */
class ConfigKeysTest {
    /** For every key a good value that isn't the default. */
    private static final Map<String, String> SAMPLES = Map.ofEntries(
            Map.entry("listen.host", "127.0.0.1"),
            Map.entry("listen.port", "0"),
            Map.entry("listen.backlog", "128"),
            Map.entry("listen.tcp-nodelay", "false"),
            Map.entry("management.enabled", "false"),
            Map.entry("management.host", "localhost"),
            Map.entry("management.port", "9999"),
            Map.entry("management.key", "sixteen-or-more-characters"),
            Map.entry("management.request-timeout", "7s"),
            Map.entry("transport.kind", "io_uring"),
            Map.entry("transport.loops", "3"),
            Map.entry("http.request-timeout", "7s"),
            Map.entry("http.cors-origins", "https://a.example"),
            Map.entry("websocket.max-message", "128KiB"),
            Map.entry("websocket.max-fragments", "2"),
            Map.entry("websocket.close-timeout", "1s"),
            Map.entry("websocket.compression.enabled", "true"),
            Map.entry("websocket.compression.level", "1"),
            Map.entry("websocket.compression.min-size", "0"),
            Map.entry("websocket.compression.max-inflated", "1MiB"),
            Map.entry("websocket.compression.max-ratio", "0"),
            Map.entry("websocket.compression.inflated-per-second", "8MiB"),
            Map.entry("heartbeat.interval", "20s"),
            Map.entry("heartbeat.idle-timeout", "2m"),
            Map.entry("plain.default-room", "hall"),
            Map.entry("plain.heartbeats", "hb"),
            Map.entry("limits.connections", "7"),
            Map.entry("limits.newcomers", "8"),
            Map.entry("limits.rooms", "3"),
            Map.entry("limits.rooms-per-connection", "5"),
            Map.entry("limits.message", "1KiB"),
            Map.entry("limits.connect-timeout", "3s"),
            Map.entry("limits.history-page", "9"),
            Map.entry("log.kind", "memory"),
            Map.entry("log.directory", "elsewhere"),
            Map.entry("log.durability", "process"),
            Map.entry("log.min-free", "1MiB"),
            Map.entry("log.messages", "7"),
            Map.entry("log.bytes", "2KiB"),
            Map.entry("log.age", "1d"),
            Map.entry("history.messages", "1"),
            Map.entry("history.bytes", "2KiB"),
            Map.entry("history.idle-timeout", "1h"),
            Map.entry("dedup.window", "1m"),
            Map.entry("dedup.keys", "50"),
            Map.entry("outbound.high-water-mark", "128KiB"),
            Map.entry("outbound.low-water-mark", "0"),
            Map.entry("outbound.max-bytes", "64KiB"),
            Map.entry("outbound.stall-timeout", "7s"),
            Map.entry("outbound.kernel-unsent", "1MiB"),
            Map.entry("outbound.batch-interval", "20ms"),
            Map.entry("resume.keep", "1m"),
            Map.entry("resume.tickets", "10"),
            Map.entry("resume.valid", "2h"),
            Map.entry("resume.secret", "sixteen-or-more-characters"),
            Map.entry("auth.kind", "jwt"),
            Map.entry("auth.token-in-query", "true"),
            Map.entry("auth.rooms", "hall"),
            Map.entry("auth.connections-per-user", "0"),
            Map.entry("auth.connections-per-device", "0"),
            Map.entry("auth.overflow", "refuse"),
            Map.entry("auth.jwt.algorithms", "ES256"),
            Map.entry("auth.jwt.secret", "thirty-two-characters-or-even-more"),
            Map.entry("auth.jwt.keys", "keys.json"),
            Map.entry("auth.jwt.issuer", "shop"),
            Map.entry("auth.jwt.audience", "chat"),
            Map.entry("auth.jwt.leeway", "5s"),
            Map.entry("auth.jwt.max-age", "1h"),
            Map.entry("auth.wechat.apps", "wx0123456789abcdef=0123456789abcdef0123456789abcdef"),
            Map.entry("auth.wechat.url", "http://127.0.0.1:8099"),
            Map.entry("auth.wechat.ttl", "1h"),
            Map.entry("auth.wechat.rooms", "hall"),
            Map.entry("auth.wechat.prefer-unionid", "true"),
            Map.entry("auth.wechat.timeout", "3s"),
            Map.entry("auth.wechat.logins-per-address", "0"),
            Map.entry("edge.hosts", "chat.example.com"),
            Map.entry("edge.origins", "https://chat.example.com"),
            Map.entry("edge.appids", "wx0123456789abcdef"),
            Map.entry("edge.trusted-proxies", "10.0.0.0/8"),
            Map.entry("edge.proxy-protocol", "true"),
            Map.entry("edge.connections-per-address", "0"),
            Map.entry("edge.connects-per-address", "0"),
            Map.entry("edge.control-frames", "1"),
            Map.entry("edge.message-timeout", "1s"),
            Map.entry("tls.certificate", "fullchain.pem"),
            Map.entry("tls.key", "privkey.pem"),
            Map.entry("tls.password", "a password"),
            Map.entry("tls.provider", "jdk"),
            Map.entry("tls.reload", "5s"),
            Map.entry("rate.connection", "1"),
            Map.entry("rate.user", "2"),
            Map.entry("rate.room", "3"),
            Map.entry("rate.address", "4"),
            Map.entry("rate.in-flight", "5"),
            Map.entry("webhook.url", "https://shop.example/chat"),
            Map.entry("webhook.allow-http", "true"),
            Map.entry("webhook.secret", "sixteen-or-more-characters"),
            Map.entry("webhook.timeout", "1s"),
            Map.entry("webhook.in-flight", "7"),
            Map.entry("webhook.failures", "3"),
            Map.entry("webhook.retry-after", "1s"),
            Map.entry("webhook.questions", "send"),
            Map.entry("webhook.fail-open", "join"),
            Map.entry("overload.outbound", "8MiB"),
            Map.entry("overload.direct-memory", "80"),
            Map.entry("overload.heap", "0"),
            Map.entry("overload.loop-lag", "2s"),
            Map.entry("drain", "3s"));

    private static final Set<String> LISTS = Set.of(
            "http.cors-origins",
            "plain.heartbeats",
            "auth.rooms",
            "auth.jwt.algorithms",
            "auth.wechat.apps",
            "auth.wechat.rooms",
            "edge.hosts",
            "edge.origins",
            "edge.appids",
            "edge.trusted-proxies",
            "webhook.questions",
            "webhook.fail-open");

    /** What some values can't be without; another variable than the one under test. */
    private static final Map<String, Map<String, String>> NEEDED = Map.of(
            "webhook.url",
            Map.of("MAGPIE_WEBHOOK_SECRET", "sixteen-or-more-characters", "MAGPIE_WEBHOOK_QUESTIONS", "send"),
            "webhook.fail-open",
            Map.of(
                    "MAGPIE_WEBHOOK_URL", "https://shop.example/chat",
                    "MAGPIE_WEBHOOK_SECRET", "sixteen-or-more-characters",
                    "MAGPIE_WEBHOOK_QUESTIONS", "join,send"),
            "webhook.questions",
            Map.of(
                    "MAGPIE_WEBHOOK_URL", "https://shop.example/chat",
                    "MAGPIE_WEBHOOK_SECRET", "sixteen-or-more-characters"),
            "auth.kind",
            Map.of("MAGPIE_AUTH_JWT_SECRET", "thirty-two-characters-or-even-more"),
            "tls.certificate",
            Map.of("MAGPIE_TLS_KEY", "privkey.pem"),
            "tls.key",
            Map.of("MAGPIE_TLS_CERTIFICATE", "fullchain.pem"),
            "edge.proxy-protocol",
            Map.of("MAGPIE_EDGE_TRUSTED_PROXIES", "10.0.0.0/8"));

    @TempDir
    Path directory;

    @Test
    void showsTheDefaultsInTheDefaultFile() throws Exception {
        assertThat(ConfigLoader.load(Optional.of(defaultFile()), Map.of(), List.of()))
                .isEqualTo(GatewayConfig.DEFAULTS);
    }

    @Test
    void hasEveryKeyInTheDefaultFile() throws Exception {
        List<String> keys = new ArrayList<>();
        leaves("", new YAMLMapper().readTree(Files.readString(defaultFile())), keys);

        assertThat(keys).containsExactlyInAnyOrderElementsOf(ConfigBinder.keys(GatewayConfig.DEFAULTS));
    }

    static Stream<String> keys() {
        return ConfigBinder.keys(GatewayConfig.DEFAULTS).stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void takesEveryKeyFromFileEnvironmentAndCommandLine(String key) throws IOException {
        String value = SAMPLES.get(key);
        assertThat(value).as("a sample for " + key).isNotNull();
        Map<String, String> needed = NEEDED.getOrDefault(key, Map.of());
        Map<String, String> environment = new HashMap<>(needed);
        environment.put(variable(key), value);
        Path file = write(yaml(key, LISTS.contains(key) ? "[" + value + "]" : value));

        GatewayConfig fromFile = ConfigLoader.load(Optional.of(file), needed, List.of());
        GatewayConfig fromEnvironment = ConfigLoader.load(Optional.empty(), environment, List.of());
        GatewayConfig fromCommandLine = ConfigLoader.load(Optional.empty(), needed, List.of(key + "=" + value));

        assertThat(fromFile).isNotEqualTo(GatewayConfig.DEFAULTS);
        assertThat(fromEnvironment).isEqualTo(fromFile);
        assertThat(fromCommandLine).isEqualTo(fromFile);
    }

    @Test
    void givesEveryKeyAVariableOfItsOwn() {
        assertThat(keys().map(ConfigKeysTest::variable)).doesNotHaveDuplicates();
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(directory.resolve("config.yaml"), yaml, StandardCharsets.UTF_8);
    }

    /** {@code a.b.c} as nested mappings. */
    private static String yaml(String key, String value) {
        StringBuilder yaml = new StringBuilder();
        String[] parts = key.split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            yaml.append("  ".repeat(i)).append(parts[i]).append(i == parts.length - 1 ? ": " + value : ":\n");
        }
        return yaml.append('\n').toString();
    }

    private static String variable(String key) {
        return "MAGPIE_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static void leaves(String path, JsonNode node, List<String> keys) {
        node.properties().forEach(entry -> {
            String key = path + entry.getKey();
            if (entry.getValue().isObject()) {
                leaves(key + ".", entry.getValue(), keys);
            } else {
                keys.add(key);
            }
        });
    }

    private static Path defaultFile() throws URISyntaxException {
        return Path.of(ConfigLoader.class
                .getResource("/io/magpie/gateway/default-config.yaml")
                .toURI());
    }
}
