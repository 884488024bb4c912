package io.magpie.gateway.tls;

import io.magpie.gateway.config.TlsConfig;
import io.magpie.gateway.support.PemFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/**
 * What a server shows who it is with. Immutable.
 *
 * @param chain the certificates as they are sent, leaf first
 * @param key of the leaf
 */
public record Credentials(List<X509Certificate> chain, PrivateKey key) {
    public Credentials {
        chain = List.copyOf(chain);
    }

    /**
     * Reads the files of a configuration. Blocks.
     *
     * @throws IOException if they can't be read as what they should be; the message names the file
     */
    public static Credentials read(TlsConfig config) throws IOException {
        Path file = Path.of(config.certificate());
        return config.keyStore()
                ? keyStore(file, config.password())
                : pem(file, Path.of(config.key()), config.password());
    }

    /** A digest of the files' bytes: differs when one of them has changed. Blocks. */
    static String fingerprint(TlsConfig config) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PemFile.bytes(Path.of(config.certificate())));
            if (!config.key().isEmpty()) {
                digest.update(PemFile.bytes(Path.of(config.key())));
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Credentials pem(Path file, Path keyFile, String password) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (PemFile.Block block : PemFile.blocks(PemFile.text(file))) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                chain.add(certificate(file, block.encoded()));
            }
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " has no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return new Credentials(chain, PemFile.privateKey(keyFile, password));
    }

    private static X509Certificate certificate(Path file, byte[] encoded) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException e) {
            throw new IOException(file + " has a certificate that can't be read: " + e.getMessage(), e);
        }
    }

    private static Credentials keyStore(Path file, String password) throws IOException {
        char[] secret = password.toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(PemFile.bytes(file)), secret);
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.getKey(alias, secret);
                Certificate[] chain = store.getCertificateChain(alias);
                if (key instanceof PrivateKey own && chain != null) {
                    return new Credentials(x509(chain), own);
                }
            }
            throw new IOException(file + " has no private key with a certificate");
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " can't be opened: " + e.getMessage(), e);
        } catch (IOException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(file.toString())
                    ? e
                    : new IOException(file + " isn't PKCS #12, or tls.password isn't its password", e);
        }
    }

    private static List<X509Certificate> x509(Certificate[] chain) {
        List<X509Certificate> all = new ArrayList<>();
        for (Certificate one : chain) {
            all.add((X509Certificate) one);
        }
        return all;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Credentials[" + chain.get(0).getSubjectX500Principal() + ", " + chain.size() + " certificates]";
    }
}
