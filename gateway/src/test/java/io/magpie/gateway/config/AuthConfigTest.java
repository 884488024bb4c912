package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keys.example/set.json",
                "http://10.0.0.1/set.json",
                "http://127.0.0.1.evil.example/",
                "http://localhost@evil.example/",
                "http://127.0.0.1:1@evil.example/",
                "http://evil.example#127.0.0.1",
                "https://planted:password@keys.example/",
                "https:///set.json",
                "https://",
                "ftp://keys.example/set.json",
                "file:///etc/passwd",
                "https://keys example/"
            })
    void keysComeOnlyFromWhereNobodyCanChangeThem(String keys) {
        assertThat(problems("auth.jwt.keys=" + keys))
                .containsExactly(
                        "auth.jwt.keys: must be a file, or an https URL (http only of this machine) without a user name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://keys.example/set.json?tenant=1",
                "https://10.0.0.1:8443/set.json",
                "https://keys.internal/",
                "http://localhost:1/set.json",
                "http://127.0.0.1/set.json",
                "http://[::1]:1/set.json"
            })
    void keysMayComeFromAPrivateAddress(String keys) {
        assertThat(load("auth.jwt.keys=" + keys).auth().jwt().keysAreRemote()).isTrue();
    }

    private static GatewayConfig load(String... settings) {
        return ConfigLoader.load(Optional.empty(), Map.of(), List.of(settings));
    }

    private static List<String> problems(String... settings) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(settings));
        assertThat(refused).as("the configuration is refused").isNotNull();
        return refused.getMessage().lines().toList();
    }
}
