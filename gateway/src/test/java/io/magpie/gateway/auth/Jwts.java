package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** Tokens for tests. It is always {@link #NOW}. */
final class Jwts {
    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final long NOW = 1_764_000_000_000L;
    static final Date LATER = Date.from(Instant.ofEpochMilli(NOW + 3_600_000));

    private Jwts() {}

    static AuthConfig config(List<String> algorithms, String secret, String keys) {
        return config(algorithms, secret, keys, "", "");
    }

    static AuthConfig config(List<String> algorithms, String secret, String keys, String issuer, String audience) {
        AuthConfig.Jwt jwt = new AuthConfig.Jwt(
                algorithms, secret, keys, issuer, audience, Duration.ofSeconds(60), Duration.ofHours(24));
        return new AuthConfig(
                AuthConfig.Kind.JWT,
                false,
                List.of("open", "chat:*"),
                0,
                0,
                AuthConfig.Overflow.REPLACE,
                jwt,
                GatewayConfig.DEFAULTS.auth().wechat());
    }

    static JwtVerifier verifier(AuthConfig config) {
        return new JwtVerifier(config, JwtKeys.of(config.jwt()), () -> NOW);
    }

    /** One whose keys get older with a clock of the test. */
    static JwtVerifier verifier(AuthConfig config, LongSupplier nanos) {
        return new JwtVerifier(config, JwtKeys.of(config.jwt(), nanos), () -> NOW);
    }

    /** Takes HS256 with {@link #SECRET}. */
    static JwtVerifier shared() {
        return verifier(config(List.of("HS256"), SECRET, ""));
    }

    /** A good set of claims, changed. */
    static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(new JWTClaimsSet.Builder().subject("alice").expirationTime(LATER))
                .build();
    }

    static String signed(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims(change));
    }

    static String signed(JWSHeader header, JWTClaimsSet claims) {
        try {
            return signed(header, claims, new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whatever the header and the payload are, signed with HMAC-SHA256 and {@link #SECRET}. */
    static String raw(String header, String payload) {
        String signed = encode(header) + "." + encode(payload);
        try {
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
