package io.magpie.gateway.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A certificate authority for tests: a root, an intermediate, and leaves for localhost. */
public final class Pki {
    private final X509Bundle root;
    private final X509Bundle intermediate;

    public Pki() {
        root = build(authority("root"), null);
        intermediate = build(authority("intermediate"), root);
    }

    /** A leaf for localhost. */
    public X509Bundle leaf(UnaryOperator<CertificateBuilder> change) {
        return build(
                change.apply(new CertificateBuilder()
                        .ecp256()
                        .subject("CN=localhost,O=Magpie")
                        .addSanDnsName("localhost")
                        .addSanIpAddress("127.0.0.1")),
                intermediate);
    }

    public X509Bundle leaf() {
        return leaf(UnaryOperator.identity());
    }

    X509Certificate root() {
        return root.getCertificate();
    }

    X509Certificate intermediate() {
        return intermediate.getCertificate();
    }

    /** Everything up to the root, as a private authority's file has it. */
    public List<X509Certificate> whole(X509Bundle leaf) {
        return List.of(leaf.getCertificate(), intermediate(), root());
    }

    /** Writes {@code chain.pem} and {@code key.pem}; what {@code --set} needs for them. */
    public String[] write(Path directory, X509Bundle leaf) throws IOException {
        write(directory, leaf, whole(leaf));
        return new String[] {
            "tls.certificate=" + directory.resolve("chain.pem"), "tls.key=" + directory.resolve("key.pem")
        };
    }

    static void write(Path directory, X509Bundle leaf, List<X509Certificate> chain) throws IOException {
        String pem = chain.stream().map(Pki::pem).collect(Collectors.joining("\n"));
        Files.writeString(directory.resolve("chain.pem"), pem);
        Files.writeString(directory.resolve("key.pem"), leaf.getPrivateKeyPEM());
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client that trusts the root. */
    public SSLContext client() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {root.toTrustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static X509Bundle build(CertificateBuilder builder, X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static CertificateBuilder authority(String name) {
        return new CertificateBuilder().ecp256().subject("CN=" + name).setIsCertificateAuthority(true);
    }

    /** Both providers, as {@code --set} wants them. */
    public static Stream<String> providers() {
        return Stream.of("openssl", "jdk");
    }
}
