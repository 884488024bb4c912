package io.magpie.gateway.doctor;

import io.magpie.gateway.config.TlsConfig;
import io.magpie.gateway.tls.ChainCheck;
import io.magpie.gateway.tls.Credentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Whether the gateway could start with the certificate and key of its configuration. */
record TlsFiles(TlsConfig config, ChainCheck check) {
    static final String WHAT = "TLS files";
    private static final Duration SOON = Duration.ofDays(14);

    List<Finding> look() {
        if (!config.enabled()) {
            return List.of(Finding.skipped(WHAT, "tls.certificate is empty: the gateway itself speaks no TLS"));
        }
        Credentials credentials;
        try {
            credentials = Credentials.read(config);
        } catch (IOException e) {
            return List.of(Finding.fail(WHAT, String.valueOf(e.getMessage()), "The gateway won't start."));
        }
        List<String> faults = check.faults(credentials.chain(), Instant.now());
        if (!faults.isEmpty()) {
            return List.of(Finding.fail(WHAT, String.join("; ", faults), "The gateway won't start."));
        }
        if (!ChainCheck.fits(credentials.key(), credentials.chain().get(0))) {
            return List.of(Finding.fail(
                    WHAT,
                    "the key isn't that of " + config.certificate(),
                    "The gateway won't start: both must be of one time."));
        }
        List<String> warnings = check.warnings(credentials.chain());
        if (!warnings.isEmpty()) {
            return List.of(Finding.warn(WHAT, String.join("; ", warnings), "Fine for a trial; not for phones."));
        }
        Instant end = credentials.chain().get(0).getNotAfter().toInstant();
        String found = config.certificate() + ", " + credentials.chain().size() + " certificates, good until " + end;
        return List.of(
                end.isBefore(Instant.now().plus(SOON))
                        ? Finding.warn(WHAT, found, "Renew it; the gateway takes the new files while it runs.")
                        : Finding.ok(WHAT, found));
    }
}
