package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Set;

/** Verifies EdDSA (RFC 8037) with what the JDK has; Nimbus' own verifier needs another library for it. */
final class Ed25519Verifier extends BaseJWSProvider implements JWSVerifier {
    /** What stands before the 32 bytes of a key in its X.509 form (RFC 8410 section 4). */
    static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String ALGORITHM = "Ed25519";

    private final PublicKey key;

    Ed25519Verifier(OctetKeyPair pair) throws JOSEException {
        super(Set.of(JWSAlgorithm.EdDSA));
        if (!Curve.Ed25519.equals(pair.getCurve())) {
            throw new JOSEException("the curve of the key isn't Ed25519");
        }
        byte[] x = pair.getDecodedX();
        byte[] encoded = ByteBuffer.allocate(X509_HEAD.length + x.length)
                .put(X509_HEAD)
                .put(x)
                .array();
        try {
            this.key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("the key is no Ed25519 key", e);
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature.decode());
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new JOSEException("the signature can't be verified", e);
        }
    }
}
