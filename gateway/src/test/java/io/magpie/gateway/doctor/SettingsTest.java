package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.doctor.Finding.Level;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a configuration that is right but may not be meant, and of its keys. */
class SettingsTest {
    private static final String[] CAREFUL = {
        "auth.kind=jwt",
        "auth.jwt.secret=0123456789abcdef0123456789abcdef",
        "listen.host=127.0.0.1",
        "edge.trusted-proxies=127.0.0.0/8"
    };

    @TempDir
    Path directory;

    @Test
    void findsNothingInACarefulConfiguration() {
        assertThat(look(null, CAREFUL))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @Test
    void warnsOfAnOpenDoor() {
        assertThat(found(null)).anyMatch(text -> text.startsWith("auth.kind is none, and listen.host is 0.0.0.0"));
        assertThat(found(null, "listen.host=127.0.0.1")).noneMatch(text -> text.startsWith("auth.kind"));
        assertThat(found(null, "listen.host=localhost")).noneMatch(text -> text.startsWith("auth.kind"));
    }

    @Test
    void warnsOfGuestsThatBecomeOthers() {
        assertThat(found(null)).anyMatch(text -> text.startsWith("resume.secret"));
        assertThat(found(null, "resume.secret=0123456789abcdef")).noneMatch(text -> text.startsWith("resume.secret"));
    }

    @Test
    void warnsOfTokensInLogs() {
        assertThat(found(null, with("auth.token-in-query=true")))
                .singleElement()
                .asString()
                .contains("token-in-query");
    }

    @Test
    void warnsOfAManagementPortThatOthersReach() {
        assertThat(found(null, with("management.host=0.0.0.0")))
                .singleElement()
                .asString()
                .contains("without management.key");
        assertThat(found(null, with("management.host=0.0.0.0", "management.key=0123456789abcdef")))
                .singleElement()
                .asString()
                .contains("without TLS");
        assertThat(look(null, with("management.host=0.0.0.0", "management.enabled=false")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @Test
    void warnsOfAProxyThatIsNotTrusted() {
        assertThat(found(null, "listen.host=127.0.0.1"))
                .anyMatch(text -> text.startsWith("edge.trusted-proxies is empty"));
        assertThat(found("wss://chat.example.com")).anyMatch(text -> text.startsWith("edge.trusted-proxies is empty"));
        assertThat(found("ws://chat.example.com:8080")).noneMatch(text -> text.startsWith("edge.trusted-proxies"));
    }

    @Test
    void refusesToTrustEverybody() {
        assertThat(look(null, with("edge.trusted-proxies=0.0.0.0/0")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL));
    }

    @Test
    void refusesAListOfHostsWithoutThePublicOne() {
        assertThat(found("wss://Chat.example.com", with("edge.hosts=other.example.com")))
                .singleElement()
                .asString()
                .contains("edge.hosts doesn't have Chat.example.com");
        assertThat(look("wss://Chat.example.com", with("edge.hosts=chat.example.com")))
                .singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @Test
    void warnsOfHeartbeatsThatComeTooLate() {
        assertThat(found(null, with("heartbeat.interval=60s")))
                .singleElement()
                .asString()
                .contains("heartbeat.interval is 60 s");
    }

    @Test
    void warnsOfAnOkThatPowerCanTakeBack() {
        assertThat(found(null, with("log.kind=disk", "log.durability=process")))
                .singleElement()
                .asString()
                .contains("log.durability is process");
    }

    @Test
    void countsTheKeysOfASet() throws IOException {
        Path file = Files.writeString(
                directory.resolve("keys.json"),
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}");

        assertThat(keys("auth.kind=jwt", "auth.jwt.algorithms=EdDSA", "auth.jwt.keys=" + file))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK))
                .satisfies(finding -> assertThat(finding.found()).isEqualTo("1 in " + file + ", for EdDSA"));
    }

    @Test
    void saysWhyKeysCanNotBeHad() throws IOException {
        Path file = Files.writeString(directory.resolve("keys.json"), "nothing");

        assertThat(keys("auth.kind=jwt", "auth.jwt.algorithms=EdDSA", "auth.jwt.keys=" + file))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL))
                .satisfies(finding -> assertThat(finding.found()).contains("neither a JWK set nor PEM"));
        assertThat(keys().level()).isEqualTo(Level.SKIPPED);
        assertThat(keys(CAREFUL).found()).isEqualTo("auth.jwt.secret, for HS256");
    }

    private static Finding keys(String... settings) {
        return new AuthKeys(TestConfig.with(settings).auth()).look().get(0);
    }

    private static String[] with(String... settings) {
        String[] all = Arrays.copyOf(CAREFUL, CAREFUL.length + settings.length);
        System.arraycopy(settings, 0, all, CAREFUL.length, settings.length);
        return all;
    }

    private static List<String> found(@Nullable String url, String... settings) {
        return look(url, settings).stream().map(Finding::found).toList();
    }

    private static List<Finding> look(@Nullable String url, String... settings) {
        return new Settings(TestConfig.with(settings), url == null ? null : PublicUrl.parse(url)).look();
    }
}
