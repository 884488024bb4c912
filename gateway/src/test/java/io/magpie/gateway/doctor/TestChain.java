package io.magpie.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Certificates of an authority of the tests' own, made by the JDK's keytool in a directory. */
public final class TestChain {
    private static final char[] PASSWORD = "password".toCharArray();

    private final Path directory;
    private final Path store;

    public TestChain(Path directory) throws IOException {
        this.directory = directory;
        this.store = directory.resolve("keys.p12");
        make("root", null, "CN=Test Root", "-keyalg", "EC", "-groupname", "secp256r1", "-ext", "bc:c");
        make("middle", "root", "CN=Test Intermediate", "-keyalg", "EC", "-groupname", "secp256r1", "-ext", "bc:c");
        make(
                "own",
                "middle",
                "CN=localhost",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-ext",
                "san=dns:localhost,dns:*.chat.example.com,ip:127.0.0.1");
    }

    /** Makes one more, signed by another or by itself, good for 90 days from yesterday on. */
    void make(String alias, @Nullable String signer, String name, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-startdate",
                "-1d",
                "-validity",
                "91",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD)));
        if (signer != null) {
            command.addAll(List.of("-signer", signer));
        }
        Collections.addAll(command, more);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(Files.readString(directory.resolve("keytool.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    X509Certificate certificate(String alias) throws GeneralSecurityException, IOException {
        return (X509Certificate) load().getCertificate(alias);
    }

    List<X509Certificate> certificates(String... aliases) throws GeneralSecurityException, IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (String alias : aliases) {
            certificates.add(certificate(alias));
        }
        return certificates;
    }

    /** The authority's certificate in a file. */
    public Path root() throws GeneralSecurityException, IOException {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate("root").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(directory.resolve("root.pem"), pem);
    }

    /** What a server is configured with that sends these certificates, its own first. */
    public SSLContext server(String... aliases) throws GeneralSecurityException, IOException {
        KeyStore all = load();
        Key key = all.getKey(aliases[0], PASSWORD);
        KeyStore sent = KeyStore.getInstance("PKCS12");
        sent.load(null, null);
        sent.setKeyEntry("server", key, PASSWORD, certificates(aliases).stream().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(sent, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }
}
