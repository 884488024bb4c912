package io.magpie.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.WechatConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the secrets of mini-programs come from. */
class WechatAppsTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("SHOP_SECRET", "from-environment", "EMPTY", "");

    @TempDir
    private Path directory;

    @Test
    void aSecretStandsThereOrInAVariableOrInAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), "from-file\n");
        WechatApps apps = WechatApps.of(
                List.of(app("wx1", "as-it-is"), app("wx2", "env:SHOP_SECRET"), app("wx3", "file:" + file)),
                ENVIRONMENT::get);

        assertThat(apps.secret("wx1")).isEqualTo("as-it-is");
        assertThat(apps.secret("wx2")).isEqualTo("from-environment");
        assertThat(apps.secret("wx3")).isEqualTo("from-file");
    }

    @Test
    void aSecretThatCannotBeHadIsToldByTheNameOfItsPlace() throws Exception {
        Path missing = directory.resolve("missing");
        Path large = Files.writeString(directory.resolve("large"), "x".repeat(1_025));
        Path lines = Files.writeString(directory.resolve("lines"), "planted\nplanted\n");

        refused(
                "env:NOWHERE",
                "auth.wechat.apps: the secret of wx1 should be in the variable NOWHERE, which isn't set");
        refused("env:EMPTY", "the secret of wx1 is empty");
        refused("file:" + missing, missing + ": no such file");
        refused("file:" + large, "larger than 1024 bytes");
        refused("file:" + directory, directory.toString());
        refused("file:" + lines, "holds more than a secret");
    }

    private static void refused(String secret, String message) {
        assertThatThrownBy(() -> WechatApps.of(List.of(app("wx1", secret)), ENVIRONMENT::get))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("planted");
    }

    private static WechatConfig.App app(String appid, String secret) {
        return new WechatConfig.App(appid, secret);
    }
}
