package io.magpie.gateway.doctor;

import io.magpie.gateway.tls.ChainCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are trusted: the JVM's roots, and those of a file. Immutable.
 *
 * @param manager decides as a client on this JVM would
 */
record Trust(List<X509Certificate> roots, X509TrustManager manager) {
    /**
     * Reads the roots.
     *
     * @param ca certificates in PEM that are trusted too
     * @throws IOException if the file can't be read
     * @throws GeneralSecurityException if it holds no certificates
     */
    static Trust load(@Nullable Path ca) throws IOException, GeneralSecurityException {
        X509TrustManager known = manager(null);
        if (ca == null) {
            return new Trust(List.of(known.getAcceptedIssuers()), known);
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (Certificate root : Stream.concat(Stream.of(known.getAcceptedIssuers()), read(ca).stream())
                .toList()) {
            count++;
            store.setCertificateEntry("root" + count, root);
        }
        X509TrustManager all = manager(store);
        return new Trust(List.of(all.getAcceptedIssuers()), all);
    }

    private static List<Certificate> read(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this JVM has no X.509"));
    }

    boolean isRoot(X509Certificate certificate) {
        return roots.contains(certificate);
    }

    /** The root that has signed a certificate, if one has. */
    Optional<X509Certificate> issuerOf(X509Certificate certificate) {
        return roots.stream()
                .filter(root -> ChainCheck.issued(root, certificate))
                .findFirst();
    }
}
