package io.magpie.gateway.doctor;

import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.wechat.WechatApps;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether WeChat takes the mini-programs of the configuration.
 *
 * @param environment the value of a variable, or null
 */
record WechatAccounts(AuthConfig config, Function<String, @Nullable String> environment) {
    List<Finding> look() throws InterruptedException {
        if (config.kind() != AuthConfig.Kind.WECHAT) {
            return List.of(Finding.skipped(WechatCredentials.WHAT, "auth.kind isn't wechat"));
        }
        Map<String, String> apps;
        try {
            apps = new TreeMap<>(
                    WechatApps.of(config.wechat().parsedApps(), environment).all());
        } catch (IllegalStateException e) {
            return List.of(
                    Finding.fail(WechatCredentials.WHAT, String.valueOf(e.getMessage()), "The gateway won't start."));
        }
        WechatCredentials credentials =
                new WechatCredentials(URI.create(config.wechat().url()));
        List<Finding> findings = new ArrayList<>();
        for (Map.Entry<String, String> app : apps.entrySet()) {
            findings.add(credentials.ask(app.getKey(), app.getValue()));
        }
        return findings;
    }
}
