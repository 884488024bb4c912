package io.magpie.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.magpie.gateway.support.PemFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Public keys in files: a JWK set as it is, keys and certificates in PEM as such a set. */
final class KeyFile {
    private KeyFile() {}

    /**
     * Reads public keys.
     *
     * @return them, without anything private
     * @throws IOException if there are none; the message names the file
     */
    static JWKSet read(Path file) throws IOException {
        String text = PemFile.text(file);
        try {
            JWKSet all = text.contains("-----BEGIN") ? new JWKSet(publicKeys(text)) : JWKSet.parse(text);
            JWKSet keys = all.toPublicJWKSet();
            if (keys.getKeys().isEmpty()) {
                throw new IOException(file + " has no public key");
            }
            return keys;
        } catch (ParseException e) {
            throw new IOException(file + " is neither a JWK set nor PEM", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " has a key that can't be used: " + e.getMessage(), e);
        }
    }

    private static List<JWK> publicKeys(String text) throws GeneralSecurityException {
        List<JWK> keys = new ArrayList<>();
        for (PemFile.Block block : PemFile.blocks(text)) {
            if (block.label().equals("PUBLIC KEY")) {
                keys.add(jwk(publicKey(block.encoded())));
            } else if (block.label().equals("CERTIFICATE")) {
                keys.add(jwk(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.encoded()))
                        .getPublicKey()));
            }
        }
        return keys;
    }

    private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        return PemFile.any(
                        algorithm -> KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded)))
                .orElseThrow(() -> new GeneralSecurityException("it is neither of RSA, EC nor Ed25519"));
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
