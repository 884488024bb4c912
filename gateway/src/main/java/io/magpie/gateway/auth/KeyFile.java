package io.magpie.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Keys in files: a JWK set as it is, public keys and certificates in PEM as such a set, and private keys in PEM. */
final class KeyFile {
    private static final int MAX_BYTES = 256 * 1_024;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private KeyFile() {}

    /**
     * Reads public keys.
     *
     * @return a JWK set without anything private
     * @throws IOException if there are none; the message names the file
     */
    static String read(Path file) throws IOException {
        String text = text(file);
        try {
            JWKSet set = text.contains("-----BEGIN") ? new JWKSet(publicKeys(text)) : JWKSet.parse(text);
            if (set.toPublicJWKSet().getKeys().isEmpty()) {
                throw new IOException(file + " has no public key");
            }
            return set.toPublicJWKSet().toString();
        } catch (ParseException e) {
            throw new IOException(file + " is neither a JWK set nor PEM", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " has a key that can't be used: " + e.getMessage(), e);
        }
    }

    /** Reads the first private key (PKCS #8, not encrypted). */
    static PrivateKey readPrivate(Path file) throws IOException {
        Matcher pem = PEM.matcher(text(file));
        while (pem.find()) {
            if (pem.group(1).equals("PRIVATE KEY")) {
                byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
                Optional<PrivateKey> key = any(algorithm ->
                        KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
                if (key.isPresent()) {
                    return key.get();
                }
            }
        }
        throw new IOException(
                file + " has no private key of RSA, EC or Ed25519 in PKCS #8 (-----BEGIN PRIVATE KEY-----)");
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is too large for keys");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    private static List<JWK> publicKeys(String text) throws GeneralSecurityException {
        List<JWK> keys = new ArrayList<>();
        Matcher pem = PEM.matcher(text);
        while (pem.find()) {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
            if (pem.group(1).equals("PUBLIC KEY")) {
                keys.add(jwk(publicKey(encoded)));
            } else if (pem.group(1).equals("CERTIFICATE")) {
                byte[] whole = pem.group().getBytes(StandardCharsets.US_ASCII);
                keys.add(jwk(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(whole))
                        .getPublicKey()));
            }
        }
        return keys;
    }

    private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        return any(algorithm -> KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)))
                .orElseThrow(() -> new GeneralSecurityException("it is of none of the kinds " + ALGORITHMS));
    }

    /** Reads a key as one of an algorithm. */
    private interface Reading<K> {
        K as(String algorithm) throws GeneralSecurityException;
    }

    /** The key as one of the first algorithm that it is of. */
    private static <K> Optional<K> any(Reading<K> reading) {
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

    private static JWK jwk(PublicKey key) throws GeneralSecurityException {
        if (key instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).build();
        } else if (key instanceof ECPublicKey ec) {
            Curve curve = Curve.forECParameterSpec(ec.getParams());
            if (curve != null) {
                return new ECKey.Builder(curve, ec).build();
            }
        } else if (key.getAlgorithm().equals("EdDSA") || key.getAlgorithm().equals("Ed25519")) {
            byte[] encoded = key.getEncoded();
            byte[] x = Arrays.copyOfRange(encoded, Ed25519Verifier.X509_HEAD.length, encoded.length);
            return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
        }
        throw new GeneralSecurityException("no tokens are verified with a key of " + key.getAlgorithm());
    }
}
