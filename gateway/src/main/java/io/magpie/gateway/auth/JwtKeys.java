package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.support.HttpFetch;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The keys by which tokens are verified: a secret, and a set from a file or a URL. Any thread but event loops. */
public final class JwtKeys {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 64 * 1_024;

    /** Of a set in which many fit, no more are tried. */
    private static final int MAX_CANDIDATES = 8;

    private final @Nullable OctetSequenceKey secret;
    private final @Nullable KeySet set;

    private JwtKeys(@Nullable OctetSequenceKey secret, @Nullable KeySet set) {
        this.secret = secret;
        this.set = set;
    }

    /**
     * The keys that the configuration names. A set behind a URL isn't fetched yet.
     *
     * @throws IllegalStateException if the file can't be used; the message is for the operator
     */
    public static JwtKeys of(AuthConfig.Jwt config) {
        return of(config, System::nanoTime);
    }

    /** @param nanos a monotonic clock */
    static JwtKeys of(AuthConfig.Jwt config, LongSupplier nanos) {
        OctetSequenceKey secret = config.secret().isEmpty()
                ? null
                : new OctetSequenceKey.Builder(config.secret().getBytes(StandardCharsets.UTF_8)).build();
        if (config.keys().isEmpty()) {
            return new JwtKeys(secret, null);
        }
        if (!config.keysAreRemote()) {
            try {
                KeyFile.read(Path.of(config.keys()));
            } catch (IOException e) {
                throw new IllegalStateException("auth.jwt.keys: " + e.getMessage(), e);
            }
        }
        return new JwtKeys(secret, new KeySet(() -> read(config), nanos));
    }

    /**
     * How many keys the set that the configuration names has now, at least one. Blocks for two seconds at most.
     *
     * @throws IOException if it can't be read, or isn't a set, or has none; the message is for the operator
     */
    public static int count(AuthConfig.Jwt config) throws IOException {
        return read(config).getKeys().size();
    }

    private static JWKSet read(AuthConfig.Jwt config) throws IOException {
        return config.keysAreRemote() ? fetch(config.keys()) : KeyFile.read(Path.of(config.keys()));
    }

    /** A set behind a URL; one without keys is a mistake there as in a file. */
    private static JWKSet fetch(String address) throws IOException {
        byte[] text = HttpFetch.get(URI.create(address).toURL(), PATIENCE, MAX_BYTES);
        JWKSet keys;
        try {
            keys = JWKSet.parse(new String(text, StandardCharsets.UTF_8)).toPublicJWKSet();
        } catch (ParseException e) {
            throw new IOException("what is there isn't a JWK set", e);
        }
        if (keys.getKeys().isEmpty()) {
            throw new IOException("the JWK set there has no public key");
        }
        return keys;
    }

    /**
     * The keys that a token with this header may be signed with; a key fits only algorithms of its own type.
     *
     * @throws KeySet.UnavailableException if nobody can say now whether there is one
     */
    List<JWK> candidates(JWSHeader header) throws KeySet.UnavailableException {
        KeyType type = KeyType.forAlgorithm(header.getAlgorithm());
        if (KeyType.OCT.equals(type)) {
            return secret == null ? List.of() : List.of(secret);
        }
        if (set == null) {
            return List.of();
        }
        JWKMatcher.Builder named = new JWKMatcher.Builder().keyType(type).keyID(header.getKeyID());
        JWKSet keys = set.keys();
        List<JWK> found = select(named, keys);
        if (found.isEmpty()) {
            keys = set.keysAfter(keys);
            found = select(named, keys);
        }
        // Keys without a name, as in PEM, fit any.
        List<JWK> fitting =
                fitting(header, found.isEmpty() ? select(new JWKMatcher.Builder().keyType(type), keys) : found);
        if (fitting.isEmpty() && !set.fresh()) {
            throw new KeySet.UnavailableException();
        }
        return fitting;
    }

    private static List<JWK> fitting(JWSHeader header, List<JWK> keys) {
        List<JWK> fitting = new ArrayList<>();
        for (JWK key : keys) {
            boolean unnamed = key.getKeyID() == null || header.getKeyID() == null;
            boolean meant = key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm());
            boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
            if (meant && use && (unnamed || key.getKeyID().equals(header.getKeyID()))) {
                fitting.add(key);
            }
        }
        return fitting.size() > MAX_CANDIDATES ? fitting.subList(0, MAX_CANDIDATES) : fitting;
    }

    private static List<JWK> select(JWKMatcher.Builder matcher, JWKSet keys) {
        return new JWKSelector(matcher.build()).select(keys);
    }

    /** What verifies with a key. */
    static JWSVerifier verifier(JWK key) throws JOSEException {
        if (key instanceof RSAKey rsa) {
            return new RSASSAVerifier(rsa.toRSAPublicKey());
        } else if (key instanceof ECKey ec) {
            return new ECDSAVerifier(ec.toECPublicKey());
        } else if (key instanceof OctetSequenceKey shared) {
            return new MACVerifier(shared.toByteArray());
        } else if (key instanceof OctetKeyPair pair) {
            return new Ed25519Verifier(pair);
        }
        throw new JOSEException("no tokens are verified with a key of type " + key.getKeyType());
    }
}
