package io.magpie.gateway.auth;

import static io.magpie.gateway.support.HttpStub.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.support.HttpStub;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where keys come from: a file, or a server that may be anything. */
class JwtKeysTest {
    @TempDir
    private Path directory;

    private final AtomicInteger fetches = new AtomicInteger();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();
    private ECKey key;
    private HttpStub server;
    private volatile HttpStub.Answer answer;

    @BeforeEach
    void serve() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        answer = keys(key);
        server = new HttpStub("/", exchange -> {
            fetches.incrementAndGet();
            asked.add(exchange.getRequestURI().toString());
            answer.to(exchange);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aSetIsFetchedOnceForManyTokens() {
        JwtVerifier verifier = remote();

        for (int i = 0; i < 50; i++) {
            assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        }

        assertThat(fetches).hasValue(1);
    }

    @Test
    void aThousandUnknownKeysFetchTheSetOnceAMinuteAndAreBad() {
        JwtVerifier verifier = remote();
        List<String> unknown =
                IntStream.range(0, 1_000).mapToObj(i -> token("key-" + i)).toList();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        for (int minute = 1; minute <= 3; minute++) {
            unknown.forEach(token -> assertThat(reason(verifier.verify(token))).isEqualTo(Verdict.Reason.BAD));

            assertThat(fetches).as("the first and one a minute").hasValue(1 + minute);
            assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
            pass(Duration.ofMinutes(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../dev/null", "' OR 1=1 --", "http://127.0.0.1:1/", "%s${x}\n", "two?x=1#"})
    void nothingIsLookedForByTheNameOfAKey(String kid) {
        JwtVerifier verifier = remote();
        for (String name : List.of(kid, kid.repeat(4_096 / kid.length()))) {
            assertThat(reason(verifier.verify(token(name)))).isEqualTo(Verdict.Reason.BAD);
        }

        assertThat(asked).containsOnly("/keys");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void aKeyThatIsNewIsFoundAtOnceAndTheNextWithinAMinute() throws Exception {
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        rotate("one", "two");
        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);

        rotate("two", "three");
        assertThat(reason(verifier.verify(token("three")))).isEqualTo(Verdict.Reason.BAD);
        pass(Duration.ofMinutes(1));
        assertThat(verifier.verify(token("three"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aKeyThatIsNewIsntCalledBadWhileItCantBeLookedFor() throws Exception {
        ECKey old = key;
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token(old))).isInstanceOf(Verdict.Accepted.class);
        pass(Duration.ofMinutes(1));
        rotate("one", "two");
        HttpStub.Answer good = answer;
        answer = exchange -> whole(exchange, 500, "no");

        assertThat(reason(verifier.verify(token("two")))).isEqualTo(Verdict.Reason.UNAVAILABLE);
        pass(Duration.ofSeconds(59));
        assertThat(reason(verifier.verify(token("two")))).isEqualTo(Verdict.Reason.UNAVAILABLE);
        assertThat(verifier.verify(token(old))).isInstanceOf(Verdict.Accepted.class);
        assertThat(fetches).as("the first, and one for the new key").hasValue(2);

        answer = good;
        pass(Duration.ofSeconds(1));
        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aKeyThatHasGoneFromTheSetIsGoodForFiveMinutesAtMost() throws Exception {
        ECKey old = key;
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token(old))).isInstanceOf(Verdict.Accepted.class);
        key = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        answer = keys(key);

        pass(Duration.ofMinutes(5).minusNanos(1));
        assertThat(verifier.verify(token(old))).isInstanceOf(Verdict.Accepted.class);
        pass(Duration.ofNanos(1));

        assertThat(reason(verifier.verify(token(old)))).isEqualTo(Verdict.Reason.BAD);
        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);
    }

    static Stream<Named<HttpStub.Answer>> outages() {
        return Stream.of(
                Named.of("a failure", exchange -> whole(exchange, 500, "no")),
                Named.of("HTML", exchange -> whole(exchange, 200, "<!doctype html><p>Sign in to the network")),
                Named.of("no JSON at all", exchange -> whole(exchange, 200, "{\"keys\":")),
                Named.of("JSON of another kind", exchange -> whole(exchange, 200, "[]")),
                Named.of("an empty set", exchange -> whole(exchange, 200, "{\"keys\":[]}")),
                Named.of(
                        "keys of no use here",
                        exchange ->
                                whole(exchange, 200, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"x\"}]}")),
                Named.of("nothing", exchange -> whole(exchange, 200, "")),
                Named.of("2 MB", exchange -> whole(exchange, 200, " ".repeat(2_000_000))),
                Named.of("a redirect", exchange -> {
                    exchange.getResponseHeaders().add("Location", "/keys");
                    whole(exchange, 302, "");
                }),
                Named.of("an end", HttpExchange::close));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void anOldSetCountsForAnHourWhateverItsServerSays(HttpStub.Answer outage) {
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        HttpStub.Answer good = answer;
        answer = outage;

        pass(Duration.ofMinutes(5));
        int before = fetches.get();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        int tried = fetches.get();
        assertThat(tried).as("it was asked").isGreaterThan(before);
        pass(Duration.ofSeconds(59));
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        assertThat(reason(verifier.verify(token("two"))))
                .as("there may be such a key by now")
                .isEqualTo(Verdict.Reason.UNAVAILABLE);
        assertThat(fetches).as("and left alone for a minute").hasValue(tried);
        pass(Duration.ofMinutes(54));
        assertThat(verifier.verify(token("one"))).as("59:59").isInstanceOf(Verdict.Accepted.class);

        pass(Duration.ofSeconds(1));
        assertThat(reason(verifier.verify(token("one")))).as("1:00:00").isEqualTo(Verdict.Reason.UNAVAILABLE);
        answer = good;
        pass(Duration.ofMinutes(1));
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void anOldSetOutlivesItsServer() {
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        server.close();

        pass(Duration.ofMinutes(60).minusNanos(1));
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        pass(Duration.ofNanos(1));
        assertThat(reason(verifier.verify(token("one")))).isEqualTo(Verdict.Reason.UNAVAILABLE);
    }

    @Test
    void aServerThatIsSilentOrSlowIsNotWaitedFor() {
        for (HttpStub.Answer slow : List.<HttpStub.Answer>of(exchange -> pause(), JwtKeysTest::drip)) {
            answer = slow;
            long begin = System.nanoTime();

            assertThat(reason(remote().verify(token("one")))).isEqualTo(Verdict.Reason.UNAVAILABLE);
            assertThat(System.nanoTime() - begin).isLessThan(8_000_000_000L);
        }
    }

    @Test
    void aServerThatSendsElsewhereIsNotFollowed() throws Exception {
        Path file = Files.writeString(directory.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
        AtomicInteger followed = new AtomicInteger();
        try (HttpStub other = new HttpStub("/", exchange -> {
            followed.incrementAndGet();
            whole(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        })) {
            for (String target : List.of(
                    other.url() + "/keys",
                    "//127.0.0.1:" + other.port() + "/keys",
                    "https://127.0.0.1:" + other.port() + "/keys",
                    file.toUri().toString())) {
                for (int status : new int[] {301, 302, 303, 307, 308}) {
                    answer = exchange -> {
                        exchange.getResponseHeaders().add("Location", target);
                        whole(exchange, status, "");
                    };

                    assertThat(reason(remote().verify(token("one"))))
                            .as("%d to %s", status, target)
                            .isEqualTo(Verdict.Reason.UNAVAILABLE);
                }
            }
        }
        assertThat(followed).hasValue(0);
    }

    @Test
    void whileThereAreNoKeysNoTokenIsCalledBad() {
        answer = exchange -> whole(exchange, 500, "no");
        JwtVerifier verifier = remote();
        for (int i = 0; i < 10; i++) {
            assertThat(reason(verifier.verify(token("one")))).isEqualTo(Verdict.Reason.UNAVAILABLE);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void keysOfAFileMayChangeWhileTheServerRuns() throws Exception {
        Path file = directory.resolve("keys.json");
        Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        JwtVerifier verifier = Jwts.verifier(Jwts.config(List.of("ES256"), "", file.toString()));
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);

        key = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());

        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aFileWithoutKeysIsRefusedAtTheStart() throws Exception {
        Path file = directory.resolve("keys.json");
        for (String text :
                List.of("", "{}", "{\"keys\":[]}", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")) {
            Files.writeString(file, text);
            AuthConfig config = Jwts.config(List.of("ES256"), "", file.toString());
            assertThatThrownBy(() -> JwtKeys.of(config.jwt()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auth.jwt.keys: " + file);
        }
        AuthConfig missing =
                Jwts.config(List.of("ES256"), "", directory.resolve("no.json").toString());
        assertThatThrownBy(() -> JwtKeys.of(missing.jwt())).hasMessageContaining("no such file");
    }

    private JwtVerifier remote() {
        return Jwts.verifier(Jwts.config(List.of("ES256"), "", server.url() + "/keys"), nanos::get);
    }

    private void pass(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    /** The server has a new key beside the one that it had last. */
    private void rotate(String last, String next) throws JOSEException {
        assertThat(key.getKeyID()).isEqualTo(last);
        ECKey before = key;
        key = new ECKeyGenerator(Curve.P_256).keyID(next).generate();
        answer = keys(before, key);
    }

    private static HttpStub.Answer keys(ECKey... keys) {
        String set = new JWKSet(Stream.of(keys).<JWK>map(ECKey::toPublicJWK).toList()).toString();
        return exchange -> whole(exchange, 200, set);
    }

    private static Verdict.Reason reason(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).reason();
    }

    private static String token(ECKey key) {
        return token(key, key.getKeyID());
    }

    /** Signed with the newest key, whatever name it gives. */
    private String token(String kid) {
        return token(key, kid);
    }

    private static String token(ECKey key, String kid) {
        try {
            return Jwts.signed(
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build(),
                    Jwts.claims(claims -> claims),
                    new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void drip(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 100; i++) {
                out.write(' ');
                out.flush();
                pause(100);
            }
        }
    }

    private static void pause() {
        pause(10_000);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
