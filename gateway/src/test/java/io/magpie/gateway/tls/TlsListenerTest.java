package io.magpie.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.TlsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of certificates and keys, good and bad. */
class TlsListenerTest {
    private static final Pki PKI = new Pki();
    private static final String PASSWORD = "the password";

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void chainsAndKeysInPemAreTaken() throws Exception {
        for (X509Bundle leaf : List.of(PKI.leaf(), PKI.leaf(CertificateBuilder::rsa2048))) {
            PKI.write(directory, leaf);
            TlsListener.open(pem(""), new SimpleMeterRegistry()).close();
        }
    }

    @Test
    void saysWhenTheFirstCertificateExpires() throws Exception {
        X509Bundle leaf = PKI.leaf();
        PKI.write(directory, leaf);
        try (TlsListener listener = TlsListener.open(pem(""), registry)) {
            assertThat(listener).isNotNull();
            assertThat(registry.get("magpie.tls.certificate.expires").gauge().value())
                    .isLessThanOrEqualTo((double)
                            leaf.getCertificate().getNotAfter().toInstant().getEpochSecond());
        }
    }

    @Test
    void anEncryptedKeyNeedsItsPassword() throws Exception {
        X509Bundle leaf = PKI.leaf();
        PKI.write(directory, leaf);
        Files.writeString(
                directory.resolve("key.pem"),
                encrypted(leaf.getKeyPair().getPrivate().getEncoded()));

        TlsListener.open(pem(PASSWORD), registry).close();

        refused(pem(""), "no password was given");
        refused(pem("another"), "is the password right?");
    }

    @Test
    void aKeyStoreIsTakenWithItsPassword() throws Exception {
        X509Bundle leaf = PKI.leaf();
        Path file = directory.resolve("both.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "magpie",
                leaf.getKeyPair().getPrivate(),
                PASSWORD.toCharArray(),
                PKI.whole(leaf).toArray(X509Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }

        TlsListener.open(config(file, "", PASSWORD), registry).close();

        refused(config(file, "", "another"), "both.p12 isn't PKCS #12, or tls.password isn't its password");
    }

    @Test
    void aLeafAloneIsRefused() throws Exception {
        X509Bundle leaf = PKI.leaf();
        Pki.write(directory, leaf, List.of(leaf.getCertificate()));
        refused(pem(""), "append the intermediate");
    }

    @Test
    void anotherCertificatesKeyIsRefused() throws Exception {
        PKI.write(directory, PKI.leaf());
        Files.writeString(directory.resolve("key.pem"), PKI.leaf().getPrivateKeyPEM());
        refused(pem(""), "the private key isn't that of");
    }

    @Test
    void missingAndWrongFilesAreNamed() throws Exception {
        refused(pem(""), "chain.pem: no such file");
        PKI.write(directory, PKI.leaf());
        Files.writeString(
                directory.resolve("key.pem"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----");
        refused(pem(""), "openssl pkcs8 -topk8 -nocrypt -in key.pem");
        Files.writeString(directory.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
        refused(pem(""), "has a private key of none of the kinds");
        Files.writeString(directory.resolve("key.pem"), "nothing");
        refused(pem(""), "has no private key");
        Files.writeString(directory.resolve("chain.pem"), "nothing");
        refused(pem(""), "chain.pem has no certificate");
        Files.writeString(
                directory.resolve("chain.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        refused(pem(""), "chain.pem has a certificate that can't be read");
        Files.write(directory.resolve("chain.pem"), new byte[300_000]);
        refused(pem(""), "too large");
    }

    private void refused(TlsConfig config, String why) {
        assertThatThrownBy(() -> TlsListener.open(config, new SimpleMeterRegistry()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("TLS can't be had: ")
                .hasMessageContaining(why);
    }

    private TlsConfig pem(String password) {
        return config(
                directory.resolve("chain.pem"), directory.resolve("key.pem").toString(), password);
    }

    private static TlsConfig config(Path certificate, String key, String password) {
        return new TlsConfig(certificate.toString(), key, password, TlsConfig.Provider.AUTO, Duration.ofHours(1));
    }

    private static String encrypted(byte[] key) throws Exception {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        byte[] sealed = new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key)).getEncoded();
        return "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(sealed)
                + "\n-----END ENCRYPTED PRIVATE KEY-----\n";
    }
}
