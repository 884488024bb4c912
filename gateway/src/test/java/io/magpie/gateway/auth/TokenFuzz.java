package io.magpie.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens. Whatever comes, there is a verdict; nothing is accepted that wasn't signed with our key, and of what was signed
 * nothing whose claims another parser finds not to be in order.
 *
 * <p>The first byte says what the rest is: 0, a token; 1, a header and, after a line feed, claims, which are signed here;
 * 2, changes to a token that is good.
 */
public final class TokenFuzz {
    /** The key of RFC 7515 appendix A.3, which everybody knows. */
    private static final String KEY = """
            {"kty":"EC","crv":"P-256","kid":"one","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}""";

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final double DAY = 86_400;
    private static final double LEEWAY = 60;
    private static final JwtVerifier VERIFIER = verifier();
    private static final List<String> GOOD = good();
    private static final Set<String> SIGNED =
            GOOD.stream().map(TokenFuzz::signingInput).collect(Collectors.toUnmodifiableSet());

    private TokenFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        switch (bytes[0] & 3) {
            case 1 -> signed(new String(rest, StandardCharsets.UTF_8));
            case 2 -> unsigned(changed(rest));
            default -> unsigned(new String(rest, StandardCharsets.ISO_8859_1));
        }
    }

    private static void unsigned(String token) {
        if (verdict(token) instanceof Verdict.Accepted) {
            assertThat(ours(token))
                    .as("accepted without a good signature: %s", token)
                    .isTrue();
        }
    }

    private static void signed(String text) {
        int line = text.indexOf('\n');
        String claims = text.substring(line + 1);
        if (verdict(Jwts.raw(text.substring(0, Math.max(0, line)), claims)) instanceof Verdict.Accepted accepted) {
            try {
                check(STRICT.readTree(claims), accepted.identity());
            } catch (JsonProcessingException lenient) {
                // Nimbus takes more for JSON than Jackson does; what it makes of that, nobody else can say.
                assertThat(accepted.identity().expiresMillis()).isGreaterThan(Jwts.NOW);
            }
        }
    }

    private static Verdict verdict(String token) {
        Verdict verdict = VERIFIER.verify(token);
        if (verdict instanceof Verdict.Refused refused) {
            assertThat(refused.message()).matches("[ -~]+");
        }
        return verdict;
    }

    /** Triples of bytes change a good token: where, how, and to what. */
    private static String changed(byte[] changes) {
        if (changes.length == 0) {
            return GOOD.get(0);
        }
        StringBuilder token = new StringBuilder(GOOD.get(Math.floorMod(changes[0], GOOD.size())));
        for (int i = 1; i + 2 < changes.length && token.length() > 0; i += 3) {
            int at = Math.floorMod(Byte.toUnsignedInt(changes[i]) * 3, token.length());
            char value = (char) Byte.toUnsignedInt(changes[i + 2]);
            switch (changes[i + 1] & 3) {
                case 0 -> token.setCharAt(at, value);
                case 1 -> token.insert(at, value);
                case 2 -> token.deleteCharAt(at);
                default -> token.setLength(at);
            }
        }
        return token.toString();
    }

    /** Whether what a token says was signed by us, found without the verifier. */
    private static boolean ours(String token) {
        String input = signingInput(token.trim());
        String signature = token.trim().substring(Math.min(token.trim().length(), input.length() + 1));
        return SIGNED.contains(input)
                || Arrays.equals(new Base64URL(signature).decode(), new Base64URL(signature(input)).decode());
    }

    private static String signingInput(String token) {
        return token.substring(0, Math.max(0, token.lastIndexOf('.')));
    }

    private static String signature(String input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Jwts.SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)))
                    .toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(JsonNode claims, Identity identity) {
        JsonNode subject = claims.path("sub");
        assertThat(subject.isTextual()).as("%s", subject).isTrue();
        assertThat(identity.sender().id().value()).isEqualTo(subject.textValue());
        JsonNode device = claims.path("device");
        assertThat(identity.device()).isEqualTo(device.isTextual() ? new DeviceId(device.textValue()) : null);
        double expires = claims.path("exp").doubleValue();
        assertThat(claims.path("exp").isNumber()).isTrue();
        double left = expires - Jwts.NOW / 1_000.0;
        assertThat(left).as("seconds left").isBetween(-LEEWAY - 1, DAY + LEEWAY + 1);
        JsonNode rooms = claims.path("rooms");
        JsonNode join = rooms.isObject() ? rooms.path("join") : rooms;
        List<String> patterns = new ArrayList<>();
        if (rooms.isMissingNode() || rooms.isNull()) {
            patterns.addAll(List.of("open", "chat:*"));
        } else {
            join.forEach(pattern -> patterns.add(pattern.textValue()));
        }
        checkRooms(patterns, identity.join());
    }

    private static void checkRooms(List<String> patterns, RoomPatterns allowed) {
        Map<String, RoomId> probes = new TreeMap<>();
        Stream.concat(Stream.of("open", "chat:1", "other", "*"), patterns.stream())
                .flatMap(name -> Stream.of(name, name + "x"))
                .forEach(name -> room(name).forEach(room -> probes.put(name, room)));
        probes.forEach((name, room) -> {
            boolean expected = patterns.stream()
                    .anyMatch(pattern -> pattern.endsWith("*")
                            ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                            : name.equals(pattern));
            assertThat(allowed.match(room)).as("%s by %s", name, patterns).isEqualTo(expected);
        });
    }

    private static List<RoomId> room(String name) {
        try {
            return List.of(new RoomId(name));
        } catch (ProtocolException none) {
            return List.of();
        }
    }

    private static JwtVerifier verifier() {
        try {
            Path keys = Files.createTempFile("magpie-fuzz", ".json");
            keys.toFile().deleteOnExit();
            Files.writeString(keys, new JWKSet(ECKey.parse(KEY).toPublicJWK()).toString());
            return Jwts.verifier(Jwts.config(List.of("HS256", "ES256"), Jwts.SECRET, keys.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> good() {
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build();
        try {
            return List.of(
                    Jwts.signed(claims -> claims),
                    Jwts.signed(claims -> claims.claim("name", "Alice")
                            .claim("device", "phone")
                            .claim("rooms", List.of("a", "b:*"))),
                    Jwts.signed(
                            claims -> claims.claim("rooms", Map.of("join", List.of("*"), "moderate", List.of("a")))),
                    Jwts.signed(header, Jwts.claims(claims -> claims), new ECDSASigner(ECKey.parse(KEY))));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
