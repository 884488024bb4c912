package io.magpie.gateway.config;

import java.time.Duration;
import java.util.Locale;

/**
 * TLS on the public port. Files are named, not read, here.
 *
 * @param certificate the chain, leaf first, in PEM; or with the key as PKCS #12 ({@code .p12}, {@code .pfx}). Empty: no TLS
 * @param key the private key in PEM (PKCS #8)
 * @param password of the key or of the PKCS #12 file
 * @param provider who does the cryptography
 * @param reload how often the files are looked at; what has changed is used for new connections
 */
public record TlsConfig(String certificate, String key, String password, Provider provider, Duration reload) {
    static final TlsConfig DEFAULTS = new TlsConfig("", "", "", Provider.AUTO, Duration.ofMinutes(1));

    /** Implementations of TLS. */
    public enum Provider {
        /** BoringSSL where it is, else that of the JDK. */
        AUTO,
        OPENSSL,
        JDK
    }

    public TlsConfig {
        boolean pem = !certificate.isEmpty() && !keyStore(certificate);
        new Constraints()
                .check(
                        !pem || !key.isEmpty(),
                        "key",
                        "must name the file of the private key, or tls.certificate a .p12 file that has it")
                .check(
                        pem || key.isEmpty(),
                        "key",
                        certificate.isEmpty() ? "needs tls.certificate" : "must be empty: the .p12 file has the key")
                .range("reload", reload, Duration.ofSeconds(1), Duration.ofDays(1))
                .verify();
    }

    /** Whether the public port speaks TLS, and nothing else. */
    public boolean enabled() {
        return !certificate.isEmpty();
    }

    /** Whether the certificate comes as PKCS #12. */
    public boolean keyStore() {
        return keyStore(certificate);
    }

    private static boolean keyStore(String file) {
        String lower = file.toLowerCase(Locale.ROOT);
        return lower.endsWith(".p12") || lower.endsWith(".pfx");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "TlsConfig[certificate=" + certificate + ", key=" + key + ", provider=" + provider + ", reload=" + reload
                + "]";
    }
}
