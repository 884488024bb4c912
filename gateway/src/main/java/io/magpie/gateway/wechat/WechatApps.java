package io.magpie.gateway.wechat;

import io.magpie.gateway.config.WechatConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The mini-programs that may log in, with their secrets. Immutable; any thread. */
public final class WechatApps {
    private static final String VARIABLE = "env:";
    private static final String FILE = "file:";
    private static final int MAX_BYTES = 1_024;

    /** WeChat's have 32 hexadecimal digits; no more is asked of them than that they fit into a URL. */
    private static final Pattern SECRET = Pattern.compile("[!-~]{1,256}");

    private final Map<String, String> secrets;

    private WechatApps(Map<String, String> secrets) {
        this.secrets = Map.copyOf(secrets);
    }

    /**
     * Finds the secrets of the configured ones.
     *
     * @param environment the value of a variable, or null
     * @throws IllegalStateException if one can't be had; the message is for the operator
     */
    public static WechatApps of(List<WechatConfig.App> apps, Function<String, @Nullable String> environment) {
        Map<String, String> secrets = new LinkedHashMap<>();
        for (WechatConfig.App app : apps) {
            String secret = secret(app, environment).strip();
            if (!SECRET.matcher(secret).matches()) {
                throw fault(app, "is empty, or holds more than a secret");
            }
            secrets.put(app.appid(), secret);
        }
        return new WechatApps(secrets);
    }

    /** The secret of each. */
    public Map<String, String> all() {
        return secrets;
    }

    /**
     * Which one a login is for.
     *
     * @param said by the client; null if it doesn't say
     * @param hint of the {@code Referer}, which counts if the client doesn't say and there are several
     */
    Optional<String> choose(@Nullable String said, Optional<String> hint) {
        if (said != null) {
            return Optional.of(said).filter(secrets::containsKey);
        }
        return secrets.size() == 1 ? secrets.keySet().stream().findFirst() : hint.filter(secrets::containsKey);
    }

    /** The secret of one that {@link #choose} gave. */
    String secret(String appid) {
        return Optional.ofNullable(secrets.get(appid)).orElseThrow();
    }

    private static String secret(WechatConfig.App app, Function<String, @Nullable String> environment) {
        String written = app.secret();
        if (written.startsWith(VARIABLE)) {
            String name = written.substring(VARIABLE.length());
            String value = environment.apply(name);
            if (value == null) {
                throw fault(app, "should be in the variable " + name + ", which isn't set");
            }
            return value;
        }
        return written.startsWith(FILE) ? content(app, written.substring(FILE.length())) : written;
    }

    private static String content(WechatConfig.App app, String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_BYTES) {
                throw fault(app, "should be in " + file + ", which is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw fault(app, "should be in " + file + ": no such file");
        } catch (IOException | InvalidPathException e) {
            throw fault(
                    app,
                    "should be in " + file + ", which can't be read: "
                            + e.getClass().getSimpleName());
        }
    }

    private static IllegalStateException fault(WechatConfig.App app, String fault) {
        return new IllegalStateException("auth.wechat.apps: the secret of " + app.appid() + " " + fault);
    }
}
