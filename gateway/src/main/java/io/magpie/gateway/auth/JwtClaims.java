package io.magpie.gateway.auth;

import com.nimbusds.jose.Payload;
import com.nimbusds.jwt.JWTClaimsSet;
import io.magpie.gateway.auth.Verdict.Reason;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.text.ParseException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Judges what a token with a good signature says. Immutable; any thread. */
final class JwtClaims {
    /** The year 10000, in seconds since 1970. Milliseconds of any number would overflow. */
    private static final double LATEST = 253_402_300_800.0;

    private final AuthConfig config;
    private final RoomPatterns usual;
    private final LongSupplier millis;

    JwtClaims(AuthConfig config, LongSupplier millis) {
        this.config = config;
        this.usual = RoomPatterns.of(config.rooms());
        this.millis = millis;
    }

    /** What is wrong with a token's claims. */
    private static final class BadClaimException extends Exception {
        private static final long serialVersionUID = 1;

        BadClaimException(String message) {
            super(message, null, false, false);
        }
    }

    Verdict judge(Payload payload) {
        try {
            JWTClaimsSet claims = read(payload);
            Verdict.Refused late = times(claims);
            if (late != null) {
                return late;
            }
            parties(claims);
            return new Verdict.Accepted(identity(claims));
        } catch (BadClaimException e) {
            return new Verdict.Refused(Reason.BAD, String.valueOf(e.getMessage()));
        }
    }

    private static JWTClaimsSet read(Payload payload) throws BadClaimException {
        Map<String, Object> claims = payload.toJSONObject();
        if (claims == null) {
            throw new BadClaimException("the token's claims are no JSON object");
        }
        Object subject = claims.get("sub");
        // Nimbus would make a text of a number (RFC 7519 section 4.1.2 wants one).
        if (subject != null && !(subject instanceof String)) {
            throw new BadClaimException("the token's sub is no text");
        }
        for (String name : List.of("exp", "nbf", "iat")) {
            if (claims.get(name) instanceof Number time && !(Math.abs(time.doubleValue()) < LATEST)) {
                throw new BadClaimException("the token's " + name + " is no time");
            }
        }
        try {
            return JWTClaimsSet.parse(claims);
        } catch (ParseException | RuntimeException e) {
            throw new BadClaimException("the token has a claim of a wrong type");
        }
    }

    private Verdict.@Nullable Refused times(JWTClaimsSet claims) throws BadClaimException {
        long now = millis.getAsLong();
        long leeway = config.jwt().leeway().toMillis();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            throw new BadClaimException("the token has no exp, so it would never end");
        }
        if (expires.toInstant().toEpochMilli() > now + config.jwt().maxAge().toMillis() + leeway) {
            throw new BadClaimException("the token's exp lies further ahead than "
                    + config.jwt().maxAge().toMinutes() + " minutes, which is the most allowed here");
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && begins.toInstant().toEpochMilli() > now + leeway) {
            throw new BadClaimException("the token's nbf lies in the future");
        }
        Date issued = claims.getIssueTime();
        if (issued != null && issued.toInstant().toEpochMilli() > now + leeway) {
            throw new BadClaimException("the token's iat lies in the future");
        }
        return expires.toInstant().toEpochMilli() + leeway <= now
                ? new Verdict.Refused(Reason.EXPIRED, "the token has expired; get a new one")
                : null;
    }

    private void parties(JWTClaimsSet claims) throws BadClaimException {
        String issuer = config.jwt().issuer();
        if (!issuer.isEmpty() && !issuer.equals(claims.getIssuer())) {
            throw new BadClaimException("the token's iss isn't the one that counts here");
        }
        String audience = config.jwt().audience();
        if (!audience.isEmpty() && !claims.getAudience().contains(audience)) {
            throw new BadClaimException("the token's aud isn't this server");
        }
    }

    private Identity identity(JWTClaimsSet claims) throws BadClaimException {
        Permissions may;
        try {
            may = Permissions.of(claims.getClaim("rooms"), usual);
        } catch (IllegalArgumentException e) {
            throw new BadClaimException("the token's " + e.getMessage());
        }
        long ends = claims.getExpirationTime().toInstant().toEpochMilli()
                + config.jwt().leeway().toMillis();
        return new Identity(sender(claims), device(claims), may.join(), may.send(), may.moderate(), ends);
    }

    private static Sender sender(JWTClaimsSet claims) throws BadClaimException {
        String subject = claims.getSubject();
        if (subject == null) {
            throw new BadClaimException("the token has no sub, so it is nobody's");
        }
        if (subject.startsWith(Identity.GUEST)) {
            throw new BadClaimException("the token's sub is that of a guest");
        }
        try {
            String name = claims.getStringClaim("name");
            if (name != null) {
                // A name has the bounds of an id: everybody in the room gets it with each message.
                new UserId(name);
            }
            return new Sender(new UserId(subject), name);
        } catch (ParseException e) {
            throw new BadClaimException("the token's name is no text");
        } catch (ProtocolException e) {
            throw new BadClaimException("the token's sub or name can't be used: " + e.getMessage());
        }
    }

    private static @Nullable DeviceId device(JWTClaimsSet claims) throws BadClaimException {
        try {
            String device = claims.getStringClaim("device");
            return device == null ? null : new DeviceId(device);
        } catch (ParseException e) {
            throw new BadClaimException("the token's device is no text");
        } catch (ProtocolException e) {
            throw new BadClaimException("the token's device can't be used: " + e.getMessage());
        }
    }
}
