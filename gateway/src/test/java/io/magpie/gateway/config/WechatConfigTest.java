package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WechatConfigTest {
    private static final String APPS =
            "auth.wechat.apps: must be at most 100 of APPID=SECRET, where SECRET may be env:NAME or file:PATH";
    private static final String URL =
            "auth.wechat.url: must be an https URL (http only of this machine) without a query";

    @ParameterizedTest
    @ValueSource(strings = {"planted", "planted=", "=planted", "wx 1=planted", "wx1= ", "wx1=ok,planted"})
    void aMiniProgramIsAnAppidAndASecretAndWrongOnesAreNotShown(String apps) {
        assertThat(problems("auth.wechat.apps=" + apps)).containsExactly(APPS);
    }

    @Test
    void eachMiniProgramIsThereOnce() {
        assertThat(problems("auth.wechat.apps=wx1=a,wx1=b"))
                .containsExactly("auth.wechat.apps: must have each mini-program once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.weixin.qq.com",
                "https://user:password@api.weixin.qq.com",
                "https://api.weixin.qq.com?a=b",
                "https://api.weixin.qq.com#a",
                "ftp://127.0.0.1",
                "http://127.0.0.1.evil.example",
                "api.weixin.qq.com",
                "https://",
                "not a url",
                ""
            })
    void secretsGoNowhereElse(String url) {
        assertThat(problems("auth.wechat.url=" + url)).containsExactly(URL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api2.weixin.qq.com",
                "https://gateway.example/wechat/",
                "http://localhost:1",
                "http://[::1]:1"
            })
    void anotherAddressMayBeOne(String url) {
        assertThat(load("auth.wechat.url=" + url).auth().wechat().url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth.jwt.secret=|auth.jwt.secret: is needed for the algorithms HS256, HS384 and HS512",
                "auth.wechat.apps=|auth.wechat.apps: are needed for kind wechat",
                "auth.wechat.ttl=25h|auth.wechat.ttl: must be at most jwt.max-age, or no token can be good",
                "auth.jwt.max-age=1h|auth.wechat.ttl: must be at most jwt.max-age, or no token can be good"
            })
    void theKindNeedsWhatItWorksWith(String setting, String problem) {
        assertThat(problems(wechat(setting))).contains(problem);
    }

    @Test
    void theKindNeedsAnAlgorithmThatSignsWithTheSecret() {
        assertThat(problems(wechat("auth.jwt.algorithms=ES256", "auth.jwt.keys=keys.json")))
                .containsExactly("auth.jwt.algorithms: must have HS256, HS384 or HS512, with which kind wechat signs");
        assertThat(load(wechat("auth.jwt.algorithms=ES256,HS256", "auth.jwt.keys=keys.json"))
                        .auth()
                        .jwt()
                        .signing())
                .contains("HS256");
    }

    @Test
    void anotherKindNeedsNothingOfIt() {
        assertThat(load("auth.jwt.max-age=1h").auth().wechat()).isEqualTo(WechatConfig.DEFAULTS);
    }

    @Test
    void secretsAreNotShown() {
        GatewayConfig config = load(wechat("auth.wechat.apps=wx1=planted-one,wx2=env:planted"));

        assertThat(config.toString()).contains("wx1", "wx2").doesNotContain("planted");
        assertThat(config.auth().wechat().parsedApps())
                .containsExactly(
                        new WechatConfig.App("wx1", "planted-one"), new WechatConfig.App("wx2", "env:planted"));
    }

    private static String[] wechat(String... settings) {
        Stream<String> usual = Stream.of(
                "auth.kind=wechat", "auth.jwt.secret=0123456789abcdef0123456789abcdef", "auth.wechat.apps=wx1=secret");
        return Stream.concat(usual, Stream.of(settings)).toArray(String[]::new);
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
