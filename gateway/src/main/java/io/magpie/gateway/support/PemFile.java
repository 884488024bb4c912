package io.magpie.gateway.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Files with blocks in PEM (RFC 7468). No state. */
public final class PemFile {
    private static final int MAX_BYTES = 256 * 1_024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final String PBES2 = "1.2.840.113549.1.5.13";

    private PemFile() {}

    /**
     * One block.
     *
     * @param label what stands after BEGIN
     * @param base64 what it holds
     */
    public record Block(String label, String base64) {
        /** Its bytes, in DER. */
        public byte[] encoded() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    /**
     * The whole text of a file.
     *
     * @throws IOException if it isn't there or larger than any file of keys; the message names the file
     */
    public static String text(Path file) throws IOException {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    /** The whole file; the same errors as {@link #text}. */
    public static byte[] bytes(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is too large for keys");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    /** The blocks of a text, in their order. */
    public static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            blocks.add(new Block(block.group(1), block.group(2)));
        }
        return blocks;
    }

    /**
     * The first private key of a file.
     *
     * @param password of the key if it is encrypted, else empty
     * @throws IOException if there is none that can be read; the message names the file and says what to do
     */
    public static PrivateKey privateKey(Path file, String password) throws IOException {
        for (Block block : blocks(text(file))) {
            if (block.label().equals("PRIVATE KEY")) {
                return plain(block.encoded())
                        .orElseThrow(() -> new IOException(
                                file + " has a private key of none of the kinds " + ALGORITHMS + " in PKCS #8"));
            } else if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
                return decrypted(file, block.encoded(), password);
            } else if (block.label().endsWith(" PRIVATE KEY")) {
                throw new IOException(file + " has a private key in an older form; openssl pkcs8 -topk8 -nocrypt -in "
                        + file.getFileName() + " -out key.pem makes PKCS #8 of it");
            }
        }
        throw new IOException(
                file + " has no private key of RSA, EC or Ed25519 in PKCS #8 (-----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey decrypted(Path file, byte[] encoded, String password) throws IOException {
        if (password.isEmpty()) {
            throw new IOException(file + " has an encrypted private key, and no password was given");
        }
        try {
            EncryptedPrivateKeyInfo sealed = new EncryptedPrivateKeyInfo(encoded);
            AlgorithmParameters parameters = sealed.getAlgParameters();
            // Java names the two algorithms of PBES2 only in the parameters' text.
            boolean pbes2 =
                    sealed.getAlgName().equals(PBES2) || sealed.getAlgName().equals("PBES2");
            String algorithm = pbes2 && parameters != null ? parameters.toString() : sealed.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    parameters);
            return plain(sealed.getKeySpec(cipher).getEncoded())
                    .orElseThrow(() -> new IOException(file + ": no key came out; is the password right?"));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": the private key can't be decrypted; is the password right?", e);
        }
    }

    private static Optional<PrivateKey> plain(byte[] encoded) {
        return any(algorithm -> KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    }

    /** Reads a key as one of an algorithm. */
    @FunctionalInterface
    public interface Reading<K> {
        K as(String algorithm) throws GeneralSecurityException;
    }

    /** The key as one of the first algorithm that it is of: RSA, EC or Ed25519. */
    public static <K> Optional<K> any(Reading<K> reading) {
        return ALGORITHMS.stream()
                .flatMap(algorithm -> read(reading, algorithm))
                .findFirst();
    }

    private static <K> Stream<K> read(Reading<K> reading, String algorithm) {
        try {
            return Stream.of(reading.as(algorithm));
        } catch (GeneralSecurityException another) {
            return Stream.empty();
        }
    }
}
