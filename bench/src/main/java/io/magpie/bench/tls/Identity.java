package io.magpie.bench.tls;

import io.magpie.bench.measure.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A key and a certificate signed with it, in PEM. Made anew for each server, and of no use to anybody else: nobody
 * trusts it.
 *
 * @param certificate the file with the certificate, which is the whole chain
 * @param key the file with the private key, in PKCS#8
 */
public record Identity(Path certificate, Path key) {
    private static final String ALIAS = "bench";
    private static final String PASSWORD = "of no use";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LINE = 64;

    /** What kind of key. */
    public enum Kind {
        /** ECDSA on the curve P-256. */
        ECDSA("EC", "-groupname secp256r1 -sigalg SHA256withECDSA"),
        /** RSA of 2048 bits. */
        RSA("RSA", "-keysize 2048 -sigalg SHA256withRSA");

        private final String algorithm;
        private final String options;

        Kind(String algorithm, String options) {
            this.algorithm = algorithm;
            this.options = options;
        }
    }

    /**
     * Makes one with the JDK's keytool, which takes about a second.
     *
     * @param directory gets the files; exists
     * @throws IOException if it can't be made; the message has the end of keytool's output
     */
    public static Identity make(Kind kind, Path directory) throws IOException, InterruptedException {
        Path folder = directory.toAbsolutePath();
        Path store = folder.resolve("identity.p12");
        Files.deleteIfExists(store);
        Program.run(command(kind, store), folder.resolve("keytool.log"), PATIENCE);
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
            Identity identity = new Identity(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
            Files.writeString(
                    identity.certificate,
                    pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            Files.writeString(identity.key, pem("PRIVATE KEY", key.getEncoded()));
            Files.setPosixFilePermissions(identity.key, PosixFilePermissions.fromString("rw-------"));
            return identity;
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool made a store that can't be read", e);
        }
    }

    private static List<String> command(Kind kind, Path store) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-alias", ALIAS, "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1"));
        command.addAll(List.of("-validity", "30", "-keyalg", kind.algorithm));
        command.addAll(List.of(kind.options.split(" ", -1)));
        return command;
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
