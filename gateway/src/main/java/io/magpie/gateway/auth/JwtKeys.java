package io.magpie.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.KeySourceException;
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
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.support.HttpFetch;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys by which tokens are verified: a secret, and a set from a file or a URL. The set is kept for five minutes and
 * read again when it is older or a token names a key that isn't in it, but at most twice a minute; while it can't be read,
 * the old one counts for an hour. Any thread but event loops.
 */
public final class JwtKeys {
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration AT_MOST_EVERY = Duration.ofMinutes(1);
    private static final Duration STALE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 64 * 1_024;

    /** Of a set in which many fit, no more are tried. */
    private static final int MAX_CANDIDATES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(JwtKeys.class);
    private static final long NEVER = Long.MIN_VALUE;

    /** When the set was read; on a monotonic clock. */
    private final AtomicLong lastRead;

    /** When it was last said that it couldn't be. */
    private final AtomicLong lastWarned = new AtomicLong(NEVER);

    private final @Nullable OctetSequenceKey secret;
    private final @Nullable JWKSource<SecurityContext> set;

    /** The keys can't be had now. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(Throwable cause) {
            super(cause);
        }
    }

    private JwtKeys(@Nullable OctetSequenceKey secret, @Nullable JWKSource<SecurityContext> set, AtomicLong lastRead) {
        this.lastRead = lastRead;
        this.secret = secret;
        this.set = set;
    }

    /**
     * The keys that the configuration names. A set behind a URL isn't fetched yet.
     *
     * @throws IllegalStateException if the file can't be used; the message is for the operator
     */
    public static JwtKeys of(AuthConfig.Jwt config) {
        OctetSequenceKey secret = config.secret().isEmpty()
                ? null
                : new OctetSequenceKey.Builder(config.secret().getBytes(StandardCharsets.UTF_8)).build();
        if (config.keys().isEmpty()) {
            return new JwtKeys(secret, null, new AtomicLong(NEVER));
        }
        AtomicLong lastRead = new AtomicLong(NEVER);
        if (config.keysAreRemote()) {
            ResourceRetriever fetch = url -> new Resource(
                    new String(HttpFetch.get(url, PATIENCE, MAX_BYTES), StandardCharsets.UTF_8), "application/json");
            return new JwtKeys(secret, source(config.keys(), noting(fetch, lastRead)), lastRead);
        }
        Path file = Path.of(config.keys());
        try {
            KeyFile.read(file);
        } catch (IOException e) {
            throw new IllegalStateException("auth.jwt.keys: " + e.getMessage(), e);
        }
        ResourceRetriever reading = url -> new Resource(KeyFile.read(file), "application/json");
        return new JwtKeys(secret, source(file.toUri().toString(), noting(reading, lastRead)), lastRead);
    }

    /**
     * How many keys the set that the configuration names has now. Blocks for two seconds at most.
     *
     * @throws IOException if it can't be read, or isn't a set; the message is for the operator
     */
    public static int count(AuthConfig.Jwt config) throws IOException {
        try {
            String set = config.keysAreRemote()
                    ? new String(
                            HttpFetch.get(URI.create(config.keys()).toURL(), PATIENCE, MAX_BYTES),
                            StandardCharsets.UTF_8)
                    : KeyFile.read(Path.of(config.keys()));
            return JWKSet.parse(set).getKeys().size();
        } catch (ParseException e) {
            throw new IOException("this isn't a JWK set: " + e.getMessage(), e);
        }
    }

    private static ResourceRetriever noting(ResourceRetriever reading, AtomicLong lastRead) {
        return url -> {
            Resource read = reading.retrieveResource(url);
            lastRead.set(System.nanoTime());
            return read;
        };
    }

    private static JWKSource<SecurityContext> source(String address, ResourceRetriever retriever) {
        URL url;
        try {
            url = URI.create(address).toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("auth.jwt.keys: " + e.getMessage(), e);
        }
        return JWKSourceBuilder.create(url, retriever)
                .cache(FRESH.toMillis(), 2 * PATIENCE.toMillis())
                .refreshAheadCache(false)
                .rateLimited(AT_MOST_EVERY.toMillis())
                .outageTolerant(STALE.toMillis())
                .build();
    }

    /** The keys that a token with this header may be signed with; a key fits only algorithms of its own type. */
    List<JWK> candidates(JWSHeader header) throws UnavailableException {
        KeyType type = KeyType.forAlgorithm(header.getAlgorithm());
        if (KeyType.OCT.equals(type)) {
            return secret == null ? List.of() : List.of(secret);
        }
        List<JWK> named = select(new JWKMatcher.Builder().keyType(type).keyID(header.getKeyID()));
        // Keys without a name, as in PEM, fit any.
        List<JWK> found = named.isEmpty() ? select(new JWKMatcher.Builder().keyType(type)) : named;
        List<JWK> fitting = new ArrayList<>();
        for (JWK key : found) {
            boolean unnamed = key.getKeyID() == null || header.getKeyID() == null;
            boolean meant = key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm());
            boolean use = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
            if (meant && use && (unnamed || key.getKeyID().equals(header.getKeyID()))) {
                fitting.add(key);
            }
        }
        return fitting.size() > MAX_CANDIDATES ? fitting.subList(0, MAX_CANDIDATES) : fitting;
    }

    private List<JWK> select(JWKMatcher.Builder matcher) throws UnavailableException {
        if (set == null) {
            return List.of();
        }
        try {
            return set.get(new JWKSelector(matcher.build()), null);
        } catch (RateLimitReachedException e) {
            if (lastRead.get() != NEVER && System.nanoTime() - lastRead.get() < FRESH.toNanos()) {
                // The set is fresh, and the key isn't in it.
                return List.of();
            }
            throw new UnavailableException(e);
        } catch (KeySourceException e) {
            warn(e);
            throw new UnavailableException(e);
        }
    }

    private void warn(KeySourceException cause) {
        long now = System.nanoTime();
        long warned = lastWarned.get();
        boolean due = warned == NEVER || now - warned > AT_MOST_EVERY.toNanos();
        if (due && lastWarned.compareAndSet(warned, now)) {
            LOG.warn("auth.keys-unavailable: {}", String.valueOf(cause.getMessage()));
        }
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
