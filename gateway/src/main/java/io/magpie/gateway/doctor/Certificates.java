package io.magpie.gateway.doctor;

import io.magpie.gateway.tls.ChainCheck;
import io.netty.util.NetUtil;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges the certificates that a server has sent, as strictly as phones do: a browser fetches a missing intermediate
 * certificate or remembers it, a phone's WebSocket refuses the connection.
 *
 * @param host that they must be for
 */
record Certificates(String host, Instant now, Trust trust) {
    static final String CHAIN = "TLS chain";
    static final String NAME = "TLS name";
    static final String EXPIRY = "TLS expiry";
    static final String KEY = "TLS key";

    private static final Duration SOON = Duration.ofDays(14);
    private static final int MIN_RSA = 2_048;
    private static final int MIN_EC = 256;
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final String FULL_CHAIN =
            "Send the certificate with its intermediates: nginx wants fullchain.pem in ssl_certificate, the gateway in"
                    + " the certificate file. Phones don't fetch what is missing, though browsers on a desktop do.";

    /**
     * All that can be said of a chain.
     *
     * @param chain as the server has sent it, its own certificate first; not empty
     */
    List<Finding> judge(List<X509Certificate> chain) {
        List<Finding> findings = new ArrayList<>();
        findings.add(chain(chain));
        findings.add(name(chain.get(0)));
        findings.add(expiry(chain));
        findings.add(key(chain));
        if (findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAIL)) {
            accepted(chain).ifPresent(findings::add);
        }
        return findings;
    }

    /** Whether each has issued the one before, up to one that is a root or issued by one. */
    Finding chain(List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate last = chain.get(i);
            if (trust.isRoot(last) || trust.issuerOf(last).isPresent()) {
                return Finding.ok(CHAIN, count(chain) + ", up to " + anchor(last));
            }
            if (i + 1 < chain.size() && !ChainCheck.issued(chain.get(i + 1), last)) {
                return Finding.fail(
                        CHAIN,
                        count(chain) + ", and number " + (i + 2) + " (" + subject(chain.get(i + 1))
                                + ") didn't issue number " + (i + 1) + " (" + subject(last) + ")",
                        "Put them in order: the server's own, then the one that issued it, and so on. " + FULL_CHAIN);
            }
        }
        X509Certificate last = chain.get(chain.size() - 1);
        if (last.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
            return Finding.fail(
                    CHAIN,
                    count(chain) + ", and the last is signed by itself: " + subject(last),
                    "Phones know only public authorities; get a certificate of one. For a trial with an authority of your"
                            + " own, tell me its certificate with --ca.");
        }
        return Finding.fail(
                CHAIN,
                (chain.size() == 1 ? "only the server's own certificate" : count(chain))
                        + ", and who issued the last isn't" + " known: "
                        + last.getIssuerX500Principal().getName(),
                FULL_CHAIN);
    }

    private String anchor(X509Certificate last) {
        return trust.issuerOf(last).map(Certificates::subject).orElseGet(() -> subject(last));
    }

    /** Whether the certificate is for the host; its common name doesn't count (RFC 6125 section 6.4.4). */
    Finding name(X509Certificate own) {
        List<String> names;
        try {
            names = names(own);
        } catch (CertificateParsingException e) {
            return Finding.fail(NAME, "its names can't be read: " + e.getMessage(), "Get another certificate.");
        }
        if (names.stream().anyMatch(this::fits)) {
            return Finding.ok(NAME, host + " is in the certificate");
        }
        return Finding.fail(
                NAME,
                host + " isn't in the certificate, which is for "
                        + (names.isEmpty() ? "no name" : String.join(", ", names)),
                "Get a certificate with this name among its subject alternative names, or use a name that it has. If it is"
                        + " another site's, the server doesn't choose by the name that the client says (SNI).");
    }

    private static List<String> names(X509Certificate own) throws CertificateParsingException {
        Collection<List<?>> all = own.getSubjectAlternativeNames();
        return all == null
                ? List.of()
                : all.stream()
                        .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(IP))
                        .map(name -> String.valueOf(name.get(1)))
                        .toList();
    }

    private boolean fits(String name) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return Arrays.equals(
                    NetUtil.createByteArrayFromIpAddressString(name), NetUtil.createByteArrayFromIpAddressString(host));
        }
        String wanted = host.toLowerCase(Locale.ROOT);
        String has = name.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        return has.equals(wanted)
                || (has.startsWith("*.") && dot > 0 && wanted.substring(dot).equals(has.substring(1)));
    }

    /** Whether all of them are good now, and the server's own for two weeks more. */
    Finding expiry(List<X509Certificate> chain) {
        for (X509Certificate certificate : chain) {
            Instant end = certificate.getNotAfter().toInstant();
            Instant begin = certificate.getNotBefore().toInstant();
            if (end.isBefore(now)) {
                return Finding.fail(
                        EXPIRY, subject(certificate) + " has expired at " + end, "Renew it, and reload the server.");
            }
            if (begin.isAfter(now)) {
                return Finding.fail(
                        EXPIRY,
                        subject(certificate) + " is good only from " + begin,
                        "Wait, or look at the clock of this machine.");
            }
        }
        Instant end = chain.get(0).getNotAfter().toInstant();
        long days = ChronoUnit.DAYS.between(now, end);
        if (end.isBefore(now.plus(SOON))) {
            return Finding.warn(
                    EXPIRY,
                    "good until " + end + ", " + days + " days more",
                    "Renew it; see why that isn't done by itself.");
        }
        return Finding.ok(EXPIRY, "good until " + end + ", " + days + " days more");
    }

    /** Whether keys and signatures are strong enough. A root's own signature means nothing. */
    Finding key(List<X509Certificate> chain) {
        for (X509Certificate certificate : chain) {
            PublicKey key = certificate.getPublicKey();
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA) {
                return weak(certificate, "an RSA key of " + rsa.getModulus().bitLength() + " bits");
            }
            if (key instanceof ECPublicKey ec
                    && ec.getParams().getCurve().getField().getFieldSize() < MIN_EC) {
                return weak(certificate, "a key on a curve of less than " + MIN_EC + " bits");
            }
            String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
            boolean old = signature.startsWith("SHA1") || signature.startsWith("MD");
            if (old && !trust.isRoot(certificate)) {
                return weak(certificate, "a signature by " + certificate.getSigAlgName());
            }
        }
        X509Certificate own = chain.get(0);
        return Finding.ok(KEY, own.getPublicKey().getAlgorithm() + ", signed by " + own.getSigAlgName());
    }

    private static Finding weak(X509Certificate certificate, String why) {
        return Finding.fail(
                KEY,
                subject(certificate) + " has " + why,
                "Get a certificate with an RSA key of 2,048 bits or a P-256 key, signed with SHA-256.");
    }

    /** What this JVM says that no check before has said: a purpose that doesn't fit, a constraint that is broken. */
    private Optional<Finding> accepted(List<X509Certificate> chain) {
        try {
            trust.manager().checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(Finding.fail(
                    CHAIN,
                    "this JVM refuses it: " + e.getMessage(),
                    "Get a certificate that is made for TLS servers."));
        }
    }

    private static String count(List<X509Certificate> chain) {
        return chain.size() == 1 ? "1 certificate" : chain.size() + " certificates";
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
