package io.magpie.bench.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keytool makes can be used by a server. */
class IdentityIT {
    @TempDir
    private Path directory;

    @Test
    void hasAnEcdsaKeyOnP256() throws Exception {
        Identity identity = Identity.make(Identity.Kind.ECDSA, directory);
        assertThat(certificate(identity).getPublicKey())
                .isInstanceOfSatisfying(
                        ECPublicKey.class,
                        key -> assertThat(key.getParams().getCurve().getField().getFieldSize())
                                .isEqualTo(256));
        serves(identity);
    }

    @Test
    void hasAnRsaKeyOf2048Bits() throws Exception {
        Identity identity = Identity.make(Identity.Kind.RSA, directory);
        assertThat(certificate(identity).getPublicKey())
                .isInstanceOfSatisfying(
                        RSAPublicKey.class,
                        key -> assertThat(key.getModulus().bitLength()).isEqualTo(2048));
        serves(identity);
    }

    @Test
    void isMadeAnewWhereOneWasBefore() throws Exception {
        X509Certificate first = certificate(Identity.make(Identity.Kind.ECDSA, directory));
        assertThat(certificate(Identity.make(Identity.Kind.ECDSA, directory))).isNotEqualTo(first);
    }

    private static X509Certificate certificate(Identity identity) throws Exception {
        try (InputStream in = Files.newInputStream(identity.certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void serves(Identity identity) throws Exception {
        assertThat(SslContextBuilder.forServer(
                                identity.certificate().toFile(), identity.key().toFile())
                        .sslProvider(SslProvider.JDK)
                        .build()
                        .isServer())
                .isTrue();
    }
}
