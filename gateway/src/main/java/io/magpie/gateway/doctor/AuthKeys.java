package io.magpie.gateway.doctor;

import io.magpie.gateway.auth.JwtKeys;
import io.magpie.gateway.config.AuthConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Whether the keys by which tokens are verified can be had. */
record AuthKeys(AuthConfig config) {
    static final String WHAT = "token keys";

    List<Finding> look() {
        if (!config.kind().signed()) {
            return List.of(
                    Finding.skipped(WHAT, "auth.kind is " + config.kind().name().toLowerCase(Locale.ROOT)));
        }
        AuthConfig.Jwt jwt = config.jwt();
        String algorithms = String.join(", ", jwt.algorithms());
        if (jwt.keys().isEmpty()) {
            return List.of(Finding.ok(WHAT, "auth.jwt.secret, for " + algorithms));
        }
        try {
            return List.of(Finding.ok(WHAT, JwtKeys.count(jwt) + " in " + jwt.keys() + ", for " + algorithms));
        } catch (IOException e) {
            return List.of(Finding.fail(
                    WHAT,
                    "auth.jwt.keys " + jwt.keys() + ": " + e.getMessage(),
                    jwt.keysAreRemote()
                            ? "Nobody is let in until it can be had, within 2 s and 64 KiB, without a redirect: try it with curl."
                            : "The gateway won't start: it must be a JWK set, or a public key or certificate in PEM."));
        }
    }
}
