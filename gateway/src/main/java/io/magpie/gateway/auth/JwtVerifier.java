package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import io.magpie.gateway.auth.Verdict.Reason;
import io.magpie.gateway.config.AuthConfig;
import java.text.ParseException;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Judges JSON Web Tokens (RFC 7519) as RFC 8725 advises: the algorithms come from the configuration, a key fits only the
 * algorithm of its type, nothing that a token says of keys is followed, and a token must end. May fetch keys, so it is not
 * for event loops; any other thread.
 */
public final class JwtVerifier {
    /** Longer tokens aren't even decoded. */
    static final int MAX_CHARS = 8 * 1_024;

    private final Set<String> algorithms;
    private final JwtKeys keys;
    private final JwtClaims claims;

    /** @param millis since 1970 */
    public JwtVerifier(AuthConfig config, JwtKeys keys, LongSupplier millis) {
        this.algorithms = Set.copyOf(config.jwt().algorithms());
        this.keys = keys;
        this.claims = new JwtClaims(config, millis);
    }

    /** What a text is worth as a token. */
    public Verdict verify(String token) {
        if (token.length() > MAX_CHARS) {
            return bad("the token is longer than " + MAX_CHARS + " characters");
        }
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException | RuntimeException e) {
            return bad("the token is no signed JWT");
        }
        JWSHeader header = jwt.getHeader();
        if (!algorithms.contains(header.getAlgorithm().getName())) {
            return bad("the token's algorithm isn't allowed here");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            return bad("the token has critical parameters that aren't known here");
        }
        if (!header.isBase64URLEncodePayload()) {
            return bad("the token's payload isn't encoded");
        }
        try {
            // Only then its claims: what anybody could have written isn't read.
            return signed(jwt)
                    ? claims.judge(jwt.getPayload())
                    : bad("the token's signature is wrong, or its key isn't known here");
        } catch (KeySet.UnavailableException e) {
            return new Verdict.Refused(Reason.UNAVAILABLE, "the keys for tokens can't be had now");
        }
    }

    private boolean signed(SignedJWT jwt) throws KeySet.UnavailableException {
        for (JWK key : keys.candidates(jwt.getHeader())) {
            if (signedWith(key, jwt)) {
                return true;
            }
        }
        return false;
    }

    private static boolean signedWith(JWK key, SignedJWT jwt) {
        try {
            return jwt.verify(JwtKeys.verifier(key));
        } catch (JOSEException | IllegalStateException e) {
            // The key doesn't go with the signature at all.
            return false;
        }
    }

    private static Verdict bad(String message) {
        return new Verdict.Refused(Reason.BAD, message);
    }
}
