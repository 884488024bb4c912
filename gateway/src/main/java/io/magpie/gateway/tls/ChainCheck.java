package io.magpie.gateway.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whether phones will take a chain of certificates. They don't fetch what is missing, as browsers do: a chain that
 * doesn't end at a root, or at one that a root has issued, fails on many of them and on none of the developer's
 * machines. Immutable; any thread.
 */
public final class ChainCheck {
    private static final int MIN_RSA_BITS = 2_048;
    private static final Set<String> KEYS = Set.of("RSA", "EC");
    private static final Set<String> WEAK = Set.of("MD2", "MD5", "SHA1");

    private final List<X509Certificate> roots;

    private ChainCheck(List<X509Certificate> roots) {
        this.roots = roots;
    }

    /** Against the roots that this JVM trusts. */
    public static ChainCheck withSystemRoots() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            List<X509Certificate> roots = new ArrayList<>();
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    roots.addAll(List.of(trust.getAcceptedIssuers()));
                }
            }
            return with(roots);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has trust managers", e);
        }
    }

    static ChainCheck with(List<X509Certificate> roots) {
        return new ChainCheck(List.copyOf(roots));
    }

    /**
     * What will keep phones from connecting, worst first; empty if nothing will.
     *
     * @param chain as it is sent, leaf first
     */
    public List<String> faults(List<X509Certificate> chain, Instant now) {
        List<String> faults = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            fault(certificate, now).ifPresent(faults::add);
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!issued(chain.get(i + 1), chain.get(i))) {
                faults.add(name(chain.get(i)) + " isn't issued by the certificate after it, " + name(chain.get(i + 1))
                        + ": the order is leaf, then who issued it, and so on");
            }
        }
        X509Certificate last = chain.get(chain.size() - 1);
        if (!selfSigned(last) && !fromRoot(last)) {
            faults.add("the chain ends at " + name(last) + ", and who issued that ("
                    + last.getIssuerX500Principal().getName() + ") is neither in the file nor a root: append the"
                    + " intermediate certificates (with certbot: fullchain.pem), because phones don't fetch them");
        }
        return faults;
    }

    /** What is fine where it is meant, for example on a developer's machine. */
    public List<String> warnings(List<X509Certificate> chain) {
        X509Certificate last = chain.get(chain.size() - 1);
        return selfSigned(last) && !roots.contains(last)
                ? List.of(name(last) + " is a root that this machine doesn't know; phones need to have been told of it")
                : List.of();
    }

    /** Whether a key is the one of a certificate. */
    public static boolean fits(PrivateKey key, X509Certificate certificate) {
        PublicKey open = certificate.getPublicKey();
        if (!open.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            byte[] sample = {1, 2, 3};
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<String> fault(X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return Optional.of(name(certificate) + " has expired on " + end);
        }
        Instant begin = certificate.getNotBefore().toInstant();
        if (now.isBefore(begin)) {
            return Optional.of(name(certificate) + " is valid from " + begin + " only; is this machine's clock right?");
        }
        if (!KEYS.contains(certificate.getPublicKey().getAlgorithm())) {
            return Optional.of(name(certificate) + " has a key of "
                    + certificate.getPublicKey().getAlgorithm() + "; phones take RSA and EC");
        }
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            return Optional.of(name(certificate) + " has an RSA key of "
                    + rsa.getModulus().bitLength() + " bits; phones want " + MIN_RSA_BITS + " or more");
        }
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (!selfSigned(certificate)
                && WEAK.contains(algorithm.replaceFirst("WITH.*", "").replace("-", ""))) {
            return Optional.of(name(certificate) + " is signed with " + certificate.getSigAlgName()
                    + ", which phones don't take any more");
        }
        return Optional.empty();
    }

    private boolean fromRoot(X509Certificate certificate) {
        return roots.contains(certificate) || roots.stream().anyMatch(root -> issued(root, certificate));
    }

    /** Whether one certificate has signed another. */
    public static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean selfSigned(X509Certificate certificate) {
        return issued(certificate, certificate);
    }

    /** How people call a certificate: its common name, else all of its subject. */
    static String name(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        String common = List.of(subject.split(",")).stream()
                .filter(part -> part.startsWith("CN="))
                .map(part -> part.substring(3))
                .collect(Collectors.joining());
        return "the certificate of " + (common.isEmpty() ? subject : common);
    }
}
