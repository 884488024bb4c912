package io.magpie.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.EncryptedJWT;
import io.magpie.gateway.auth.Verdict.Reason;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens are worth; the pitfalls of RFC 8725 among them. */
class JwtVerifierTest {
    private static final String HEADER = "{\"alg\":\"HS256\"}";
    private static final String GOOD = "{\"sub\":\"alice\",\"exp\":1764003600}";

    @TempDir
    private Path directory;

    private final JwtVerifier verifier = Jwts.shared();

    @Test
    void aGoodTokenSaysWhoItsBearerIs() {
        Identity identity = accepted(verifier.verify(Jwts.signed(claims -> claims.claim("name", "Alice 🌸"))));

        assertThat(identity.sender().id().value()).isEqualTo("alice");
        assertThat(identity.sender().name()).isEqualTo("Alice 🌸");
        assertThat(identity.expiresMillis()).isEqualTo(Jwts.LATER.toInstant().toEpochMilli() + 60_000);
    }

    @Test
    void aTokenMaySayWhichDeviceItIsFor() {
        assertThat(accepted(verifier.verify(Jwts.signed(claims -> claims.claim("device", "phone 📱"))))
                        .device())
                .isEqualTo(new DeviceId("phone 📱"));
        assertThat(accepted(verifier.verify(Jwts.signed(claims -> claims))).device())
                .isNull();
    }

    @Test
    void aTokenThatSaysNothingOfRoomsHasThoseOfTheConfiguration() {
        Identity identity = accepted(verifier.verify(Jwts.signed(claims -> claims)));

        assertThat(List.of("open", "chat:", "chat:1"))
                .allMatch(room -> identity.join().match(new RoomId(room))
                        && identity.send().match(new RoomId(room)));
        assertThat(List.of("opened", "chat", "Chat:1"))
                .noneMatch(room -> identity.join().match(new RoomId(room)));
        assertThat(identity.moderate().match(new RoomId("open"))).isFalse();
    }

    @Test
    void aListOfRoomsIsForBeingInAndSending() {
        Identity identity = accepted(verifier.verify(Jwts.signed(claims -> claims.claim("rooms", List.of("a", "b*")))));

        assertThat(identity.join()).hasToString("b* a");
        assertThat(identity.send()).hasToString("b* a");
        assertThat(identity.moderate()).hasToString("none");
    }

    @Test
    void roomsMayBeToldApartByWhatMayBeDone() {
        Map<String, List<String>> rooms = Map.of("join", List.of("*"), "send", List.of("a"), "moderate", List.of("b"));

        Identity identity = accepted(verifier.verify(Jwts.signed(claims -> claims.claim("rooms", rooms))));

        assertThat(identity.join()).hasToString("*");
        assertThat(identity.send()).hasToString("a");
        assertThat(identity.moderate()).hasToString("b");
    }

    @Test
    void anEmptyListOfRoomsIsNoRoom() {
        Identity identity = accepted(verifier.verify(Jwts.signed(claims -> claims.claim("rooms", List.of()))));

        assertThat(identity.join().match(new RoomId("open"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\"}",
                "{\"alg\":\"NONE\"}",
                "{}",
                "{\"alg\":null}",
                "{\"alg\":[\"HS256\"]}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"ES256\"}",
                "{\"alg\":\"hs256\"}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}",
                "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}",
                "{\"alg\":\"HS256\"",
                "null",
                "[]"
            })
    void takesNoAlgorithmAndNothingCriticalButWhatIsConfigured(String header) {
        assertThat(reason(verifier.verify(Jwts.raw(header, GOOD)))).isEqualTo(Reason.BAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1:1/keys\"}",
                "{\"alg\":\"HS256\",\"x5u\":\"http://127.0.0.1:1/cert\"}",
                "{\"alg\":\"HS256\",\"x5c\":[\"AAAA\"]}",
                "{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}",
                "{\"alg\":\"HS256\",\"kid\":\"' OR 1=1 --\"}"
            })
    void followsNothingThatATokenSaysOfKeys(String header) {
        assertThat(accepted(verifier.verify(Jwts.raw(header, GOOD)))
                        .sender()
                        .id()
                        .value())
                .isEqualTo("alice");
        String forged = Jwts.encode(header) + "." + Jwts.encode(GOOD) + "." + Jwts.encode("x".repeat(32));
        assertThat(reason(verifier.verify(forged))).isEqualTo(Reason.BAD);
    }

    @Test
    void aKeyWithinATokenDoesntVerifyIt() throws Exception {
        RSAKey own = new RSAKeyGenerator(2_048).generate();
        JwtVerifier keyed =
                Jwts.verifier(Jwts.config(List.of("RS256"), "", pem(new RSAKeyGenerator(2_048).generate())));
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build();

        String token = Jwts.signed(header, Jwts.claims(claims -> claims), new RSASSASigner(own));

        assertThat(reason(keyed.verify(token))).isEqualTo(Reason.BAD);
    }

    @Test
    void aPublicKeyIsNoSecret() throws Exception {
        RSAKey key = new RSAKeyGenerator(2_048).generate();
        JwtVerifier both = Jwts.verifier(Jwts.config(List.of("RS256", "HS256"), Jwts.SECRET, pem(key)));
        byte[] publicKey = key.toRSAPublicKey().getEncoded();
        JWSHeader header = new JWSHeader(JWSAlgorithm.HS256);

        String forged = Jwts.signed(header, Jwts.claims(claims -> claims), new MACSigner(publicKey));
        String good =
                Jwts.signed(new JWSHeader(JWSAlgorithm.RS256), Jwts.claims(claims -> claims), new RSASSASigner(key));

        assertThat(reason(both.verify(forged))).isEqualTo(Reason.BAD);
        assertThat(accepted(both.verify(good)).sender().id().value()).isEqualTo("alice");
    }

    @Test
    void anEmptySignatureOfAnEllipticCurveIsNone() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        JwtVerifier keyed = Jwts.verifier(
                Jwts.config(List.of("ES256"), "", set(key.toPublicJWK().toJSONString())));
        String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
        String head = Jwts.encode("{\"alg\":\"ES256\"}") + "." + Jwts.encode(GOOD) + ".";

        assertThat(reason(keyed.verify(head + zeros))).isEqualTo(Reason.BAD);
        assertThat(reason(keyed.verify(head))).isEqualTo(Reason.BAD);
        String good =
                Jwts.signed(new JWSHeader(JWSAlgorithm.ES256), Jwts.claims(claims -> claims), new ECDSASigner(key));
        assertThat(accepted(keyed.verify(good)).sender().id().value()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJIUzI1NiJ9", "\u0000", "🌸.🌸.🌸"})
    void whatIsNoTokenIsBad(String text) {
        assertThat(reason(verifier.verify(text))).isEqualTo(Reason.BAD);
    }

    @Test
    void aTokenThatIsEncryptedIsNotASignedOne() throws Exception {
        EncryptedJWT encrypted = new EncryptedJWT(
                new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), Jwts.claims(claims -> claims));
        encrypted.encrypt(new DirectEncrypter(Jwts.SECRET.getBytes(StandardCharsets.US_ASCII)));
        JWEObject nested = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                        .contentType("JWT")
                        .compressionAlgorithm(CompressionAlgorithm.DEF)
                        .build(),
                new Payload(Jwts.signed(claims -> claims)));
        nested.encrypt(new DirectEncrypter(Jwts.SECRET.getBytes(StandardCharsets.US_ASCII)));

        for (String token : List.of(encrypted.serialize(), nested.serialize())) {
            assertThat(token.split("\\.", -1)).hasSize(5);
            assertThat(message(verifier.verify(token))).isEqualTo("the token is no signed JWT");
        }
    }

    @Test
    void aTokenThatIsTooLongIsntRead() {
        String token = Jwts.signed(claims -> claims.claim("x", "y".repeat(9_000)));

        assertThat(((Verdict.Refused) verifier.verify(token)).message()).contains("longer than 8192");
    }

    @Test
    void aTokenWithAnotherSignatureIsBad() {
        String token = Jwts.signed(claims -> claims);
        String other = Jwts.signed(claims -> claims.subject("bob"));

        String mixed = other.substring(0, other.lastIndexOf('.')) + token.substring(token.lastIndexOf('.'));

        assertThat(reason(verifier.verify(mixed))).isEqualTo(Reason.BAD);
    }

    @ParameterizedTest
    @CsvSource({
        "{\"sub\":\"a\"}, BAD",
        "{\"sub\":\"a\"|\"exp\":1763999939}, EXPIRED",
        "{\"sub\":\"a\"|\"exp\":0}, EXPIRED",
        "{\"sub\":\"a\"|\"exp\":-5}, EXPIRED",
        "{\"sub\":\"a\"|\"exp\":1764086461}, BAD",
        "{\"sub\":\"a\"|\"exp\":\"1764003600\"}, BAD",
        "{\"sub\":\"a\"|\"exp\":null}, BAD",
        "{\"sub\":\"a\"|\"exp\":1764003600|\"nbf\":1764000061}, BAD",
        "{\"sub\":\"a\"|\"exp\":1764003600|\"iat\":1764000061}, BAD",
        "{\"exp\":1764003600}, BAD",
        "{\"sub\":[7]|\"exp\":1764003600}, BAD",
        "{\"sub\":7|\"exp\":1764003600}, BAD",
        "{\"sub\":1.5|\"exp\":1764003600}, BAD",
        "{\"sub\":true|\"exp\":1764003600}, BAD",
        "{\"sub\":{\"a\":1}|\"exp\":1764003600}, BAD",
        "{\"sub\":null|\"exp\":1764003600}, BAD",
        "7, BAD",
        "{\"sub\", BAD",
        "{\"sub\":\"\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"guest-1\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\\u0000b\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"name\":7|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"name\":\"a\\nb\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"device\":7|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"device\":\"\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"device\":\"a\\nb\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"rooms\":\"chat\"|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"rooms\":[1]|\"exp\":1764003600}, BAD",
        "{\"sub\":\"a\"|\"rooms\":{\"join\":\"x\"}|\"exp\":1764003600}, BAD"
    })
    void claimsHaveToBeRight(String payload, Reason reason) {
        assertThat(reason(verifier.verify(Jwts.raw(HEADER, payload.replace('|', ',')))))
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "[\"alice\"]"})
    void whatIsNoTextIsNobodysName(String subject) {
        String token = Jwts.raw(HEADER, "{\"sub\":" + subject + ",\"exp\":1764003600}");

        assertThat(message(verifier.verify(token))).isEqualTo("the token's sub is no text");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "7, the token's claims are no JSON object",
                "{\"sub\", the token's claims are no JSON object",
                "{\"sub\":\"a\"|\"exp\":\"soon\"}, the token has a claim of a wrong type"
            })
    void claimsAreReadOnlyWhenTheSignatureIsRight(String payload, String fault) {
        String claims = payload.replace('|', ',');
        String forged = Jwts.encode(HEADER) + "." + Jwts.encode(claims) + "." + Jwts.encode("x".repeat(32));

        assertThat(message(verifier.verify(Jwts.raw(HEADER, claims)))).isEqualTo(fault);
        assertThat(message(verifier.verify(forged))).startsWith("the token's signature is wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e308", "1e18", "9223372036854775807", "18446744073709551616", "18446745837709551", "-1e18"})
    void aTimeThatIsNoneIsntOneThatHasPassed(String number) {
        for (String claims : List.of(
                "{\"sub\":\"a\",\"exp\":" + number + "}",
                "{\"sub\":\"a\",\"exp\":1764003600,\"nbf\":" + number + "}",
                "{\"sub\":\"a\",\"exp\":1764003600,\"iat\":" + number + "}")) {
            assertThat(reason(verifier.verify(Jwts.raw(HEADER, claims)))).isEqualTo(Reason.BAD);
        }
    }

    @Test
    void clocksMayDifferByTheLeeway() {
        assertThat(verifier.verify(
                        Jwts.signed(c -> c.expirationTime(Date.from(Instant.ofEpochMilli(Jwts.NOW - 59_000))))))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(verifier.verify(
                        Jwts.signed(c -> c.notBeforeTime(Date.from(Instant.ofEpochMilli(Jwts.NOW + 59_000))))))
                .isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void issuerAndAudienceCountWhereTheyAreConfigured() {
        JwtVerifier strict = Jwts.verifier(Jwts.config(List.of("HS256"), Jwts.SECRET, "", "shop", "chat"));

        assertThat(reason(strict.verify(Jwts.signed(c -> c)))).isEqualTo(Reason.BAD);
        assertThat(reason(strict.verify(Jwts.signed(c -> c.issuer("shop"))))).isEqualTo(Reason.BAD);
        assertThat(reason(strict.verify(Jwts.signed(c -> c.issuer("other").audience("chat")))))
                .isEqualTo(Reason.BAD);
        for (List<String> others : List.of(List.of("shop"), List.of("chatter", "CHAT"), List.<String>of())) {
            String token = Jwts.signed(c -> c.issuer("shop").audience(others));
            assertThat(message(strict.verify(token))).isEqualTo("the token's aud isn't this server");
        }
        assertThat(strict.verify(Jwts.signed(c -> c.issuer("shop").audience(List.of("x", "chat")))))
                .isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void noRefusalQuotesTheToken() {
        Set<String> tokens = Set.of(
                Jwts.signed(c -> c.subject("guest-secret")),
                Jwts.raw("{\"alg\":\"secret\"}", GOOD),
                Jwts.raw(HEADER, "{\"sub\":\"secret\\u0000\",\"exp\":1764003600}"),
                Jwts.raw(HEADER, "{\"sub\":\"a\",\"exp\":\"secret\"}"));

        assertThat(tokens)
                .allSatisfy(token -> assertThat(((Verdict.Refused) verifier.verify(token)).message())
                        .doesNotContain("secret")
                        .isNotBlank());
    }

    private String pem(RSAKey key) throws Exception {
        String encoded =
                Base64.getMimeEncoder().encodeToString(key.toRSAPublicKey().getEncoded());
        Path file = Files.writeString(
                directory.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n");
        return file.toString();
    }

    private String set(String key) throws IOException {
        return Files.writeString(directory.resolve("keys.json"), "{\"keys\":[" + key + "]}")
                .toString();
    }

    private static Identity accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).identity();
    }

    private static String message(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).message();
    }

    private static Reason reason(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).reason();
    }
}
