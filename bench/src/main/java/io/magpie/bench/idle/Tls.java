package io.magpie.bench.idle;

import io.magpie.bench.tls.Identity;
import java.util.Locale;
import java.util.Map;

/** Whether the sessions are over wss, and who then does the gateway's part of TLS. */
enum Tls {
    /** Over ws. */
    NONE,
    /** BoringSSL where it is, else the JDK. */
    AUTO,
    /** BoringSSL. */
    OPENSSL,
    /** The JDK. */
    JDK;

    /** Whether there is TLS. */
    boolean secure() {
        return this != NONE;
    }

    /** Keys of the server's configuration, if there is TLS; with them it shows an identity. */
    Map<String, String> settings(Identity identity) {
        return Map.of(
                "tls.certificate", identity.certificate().toString(),
                "tls.key", identity.key().toString(),
                "tls.provider", toString());
    }

    /** As on the command line and in the server's configuration. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
