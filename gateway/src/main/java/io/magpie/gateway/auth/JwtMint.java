package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.support.PemFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes tokens that a gateway with the same configuration takes. Immutable; any thread. */
public final class JwtMint {
    private final AuthConfig.Jwt config;
    private final JWSHeader header;
    private final JWSSigner signer;

    /**
     * What a token is to say.
     *
     * @param device that its bearer runs on; null leaves that to the client
     * @param rooms by what may be done in them, {@code join}, {@code send} or {@code moderate}; null says nothing of rooms
     */
    public record Claims(
            String subject,
            @Nullable String name,
            @Nullable String device,
            @Nullable Map<String, List<String>> rooms) {
        /** Of any device. */
        public Claims(String subject, @Nullable String name, @Nullable Map<String, List<String>> rooms) {
            this(subject, name, null, rooms);
        }
    }

    private JwtMint(AuthConfig.Jwt config, JWSHeader header, JWSSigner signer) {
        this.config = config;
        this.header = header;
        this.signer = signer;
    }

    /**
     * Signs with the secret of the configuration, or with a private key.
     *
     * @param algorithm one of the configuration, or null for its first
     * @param key a file with a private key in PEM (PKCS #8); null signs with the secret
     * @param keyId {@code kid} of the header, if the key set has several
     * @throws IllegalStateException if they don't go together; the message is for the operator
     */
    public static JwtMint of(
            AuthConfig.Jwt config, @Nullable String algorithm, @Nullable Path key, @Nullable String keyId) {
        String name = algorithm == null ? config.algorithms().get(0) : algorithm;
        if (!config.algorithms().contains(name)) {
            throw new IllegalStateException("auth.jwt.algorithms doesn't have " + name);
        }
        JWSAlgorithm chosen = JWSAlgorithm.parse(name);
        JWSHeader header = new JWSHeader.Builder(chosen).keyID(keyId).build();
        try {
            return new JwtMint(config, header, signer(config, chosen, key));
        } catch (IOException | JOSEException | ClassCastException e) {
            throw new IllegalStateException("the key can't sign with " + name + ": " + e.getMessage(), e);
        }
    }

    private static JWSSigner signer(AuthConfig.Jwt config, JWSAlgorithm algorithm, @Nullable Path key)
            throws IOException, JOSEException {
        if (JWSAlgorithm.Family.HMAC_SHA.contains(algorithm)) {
            if (config.secret().isEmpty()) {
                throw new IllegalStateException(
                        "auth.jwt.secret isn't set; set it as the gateway has it, for example by MAGPIE_AUTH_JWT_SECRET");
            }
            return new MACSigner(config.secret().getBytes(StandardCharsets.UTF_8));
        }
        if (key == null) {
            throw new IllegalStateException(algorithm + " needs a private key: --key FILE");
        }
        PrivateKey secret = PemFile.privateKey(key, "");
        if (JWSAlgorithm.Family.RSA.contains(algorithm)) {
            return new RSASSASigner(secret);
        }
        return JWSAlgorithm.Family.EC.contains(algorithm)
                ? new ECDSASigner((ECPrivateKey) secret)
                : new Ed25519Signer(secret);
    }

    /** A token that is good from now on. */
    public String mint(Claims claims, Instant now, Duration life) {
        JWTClaimsSet.Builder set = new JWTClaimsSet.Builder()
                .subject(claims.subject())
                .claim("name", claims.name())
                .claim("device", claims.device())
                .claim("rooms", claims.rooms())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)));
        if (!config.issuer().isEmpty()) {
            set.issuer(config.issuer());
        }
        if (!config.audience().isEmpty()) {
            set.audience(config.audience());
        }
        SignedJWT jwt = new SignedJWT(header, set.build());
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("the token can't be signed: " + e.getMessage(), e);
        }
        return jwt.serialize();
    }

    /** Signs EdDSA with what the JDK has. */
    private static final class Ed25519Signer extends BaseJWSProvider implements JWSSigner {
        private final PrivateKey key;

        Ed25519Signer(PrivateKey key) {
            super(Set.of(JWSAlgorithm.EdDSA));
            this.key = key;
        }

        @Override
        public Base64URL sign(JWSHeader header, byte[] signed) throws JOSEException {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(key);
                signature.update(signed);
                return Base64URL.encode(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new JOSEException(e.getMessage(), e);
            }
        }
    }
}
