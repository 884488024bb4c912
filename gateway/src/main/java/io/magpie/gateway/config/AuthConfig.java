package io.magpie.gateway.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may come in.
 *
 * @param tokenInQuery whether a token may come as {@code ?token=}, where proxies may write it into their logs
 * @param connectionsPerUser at a time, of those who aren't guests; 0: any number
 * @param connectionsPerDevice of a user at a time, where the device is known; one more closes the oldest; 0: any number
 * @param overflow what becomes of one more of a user
 * @param rooms what a token that doesn't say may join and send in: exact names, or beginnings that end with {@code *}
 */
public record AuthConfig(
        Kind kind,
        boolean tokenInQuery,
        List<String> rooms,
        int connectionsPerUser,
        int connectionsPerDevice,
        Overflow overflow,
        Jwt jwt,
        WechatConfig wechat) {
    static final AuthConfig DEFAULTS = new AuthConfig(
            Kind.NONE,
            false,
            List.of("*"),
            5,
            1,
            Overflow.REPLACE,
            new Jwt(List.of("HS256"), "", "", "", "", Duration.ofSeconds(60), Duration.ofHours(24)),
            WechatConfig.DEFAULTS);

    /** How clients say who they are. */
    public enum Kind {
        /** They don't: everybody is a guest. */
        NONE,
        /** By a signed token. */
        JWT,
        /** By a signed token, which this server makes itself for whom WeChat knows. */
        WECHAT,
        /** By a token that the business backend is asked about; see {@link WebhookConfig}. */
        WEBHOOK;

        /** Whether tokens are signed, and judged here. */
        public boolean signed() {
            return this == JWT || this == WECHAT;
        }
    }

    /** What becomes of one connection of a user too many. */
    public enum Overflow {
        /** The oldest is closed with 4507. */
        REPLACE,
        /** It is closed with 4504. */
        REFUSE
    }

    public AuthConfig {
        rooms = List.copyOf(rooms);
        new Constraints()
                .range("connections-per-user", connectionsPerUser, 0, 1_000_000)
                .range("connections-per-device", connectionsPerDevice, 0, 1_000_000)
                .check(
                        !kind.signed() || !jwt.secret().isEmpty() || !jwt.keys().isEmpty(),
                        "jwt",
                        "needs secret or keys, or no token can be good")
                .check(
                        !kind.signed() || !jwt.symmetric() || !jwt.secret().isEmpty(),
                        "jwt.secret",
                        "is needed for the algorithms HS256, HS384 and HS512")
                .check(
                        !kind.signed() || !jwt.asymmetric() || !jwt.keys().isEmpty(),
                        "jwt.keys",
                        "are needed for all algorithms but HS256, HS384 and HS512")
                .check(kind != Kind.WECHAT || !wechat.apps().isEmpty(), "wechat.apps", "are needed for kind wechat")
                .check(
                        kind != Kind.WECHAT || jwt.symmetric(),
                        "jwt.algorithms",
                        "must have HS256, HS384 or HS512, with which kind wechat signs")
                .check(
                        kind != Kind.WECHAT || wechat.ttl().compareTo(jwt.maxAge()) <= 0,
                        "wechat.ttl",
                        "must be at most jwt.max-age, or no token can be good")
                .verify();
    }

    /**
     * Signed tokens (RFC 7519).
     *
     * @param algorithms the only ones that are taken, whatever a token says of itself
     * @param secret of HS256, HS384 and HS512: as many bytes as the sum has at least, so 32, 48 or 64
     * @param keys of the others: a file with a JWK set, or a public key or certificate in PEM; or the URL of a JWK set
     * @param issuer if not empty, what {@code iss} must be
     * @param audience if not empty, what {@code aud} must hold
     * @param leeway by how much clocks may differ
     * @param maxAge how far ahead {@code exp} may lie
     */
    public record Jwt(
            List<String> algorithms,
            String secret,
            String keys,
            String issuer,
            String audience,
            Duration leeway,
            Duration maxAge) {
        private static final Set<String> KNOWN = Set.of(
                "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
                "ES512", "EdDSA");

        private static final Pattern URL = Pattern.compile("[a-z]+://.*", Pattern.CASE_INSENSITIVE);
        private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

        public Jwt {
            algorithms = List.copyOf(algorithms);
            int needed = algorithms.stream()
                    .filter(Jwt::isSymmetric)
                    .mapToInt(name -> Integer.parseInt(name.substring(2)) / Byte.SIZE)
                    .max()
                    .orElse(0);
            new Constraints()
                    .check(
                            !algorithms.isEmpty() && KNOWN.containsAll(algorithms),
                            "algorithms",
                            "must be some of "
                                    + String.join(", ", KNOWN.stream().sorted().toList()))
                    .check(
                            secret.isEmpty() || secret.getBytes(StandardCharsets.UTF_8).length >= needed,
                            "secret",
                            "must have at least " + needed + " bytes")
                    .check(
                            !isUrl(keys) || isSafe(keys),
                            "keys",
                            "must be a file, or an https URL (http only of this machine) without a user name")
                    .range("leeway", leeway, Duration.ZERO, Duration.ofMinutes(10))
                    .range("max-age", maxAge, Duration.ofMinutes(1), Duration.ofDays(400))
                    .verify();
        }

        /** The first of {@link #algorithms} that signs with the secret, if there is one. */
        public Optional<String> signing() {
            return algorithms.stream().filter(Jwt::isSymmetric).findFirst();
        }

        /** Whether {@link #keys} is a URL and not a file. */
        public boolean keysAreRemote() {
            return isUrl(keys);
        }

        boolean symmetric() {
            return algorithms.stream().anyMatch(Jwt::isSymmetric);
        }

        boolean asymmetric() {
            return !algorithms.stream().allMatch(Jwt::isSymmetric);
        }

        private static boolean isSymmetric(String algorithm) {
            return algorithm.startsWith("HS");
        }

        private static boolean isUrl(String keys) {
            return URL.matcher(keys).matches();
        }

        /** Who can change the keys on their way can be anybody. */
        static boolean isSafe(String url) {
            try {
                URI uri = URI.create(url);
                String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
                String host = uri.getHost();
                return host != null
                        && uri.getRawUserInfo() == null
                        && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(host)));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Jwt[algorithms=" + algorithms + ", keys=" + keys + ", issuer=" + issuer + ", audience=" + audience
                    + ", leeway=" + leeway + ", maxAge=" + maxAge + "]";
        }
    }
}
