package io.magpie.gateway.auth;

import static io.magpie.gateway.support.HttpStub.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.support.HttpStub;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where keys come from: a file, or a server that may be anything. */
class JwtKeysTest {
    @TempDir
    private Path directory;

    private final AtomicInteger fetches = new AtomicInteger();
    private ECKey key;
    private HttpStub server;
    private volatile HttpStub.Answer answer;

    @BeforeEach
    void serve() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        answer = exchange -> whole(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        server = new HttpStub("/keys", exchange -> {
            fetches.incrementAndGet();
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
    void aThousandUnknownKeysFetchTheSetOnceMore() {
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);

        for (int i = 0; i < 1_000; i++) {
            assertThat(verifier.verify(token("key-" + i))).isInstanceOf(Verdict.Refused.class);
        }

        assertThat(fetches.get()).isLessThanOrEqualTo(2);
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aKeyThatIsNewIsFoundAndAnOldSetOutlivesItsServer() throws Exception {
        JwtVerifier verifier = remote();
        assertThat(verifier.verify(token("one"))).isInstanceOf(Verdict.Accepted.class);
        ECKey first = key;
        key = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        answer = exchange ->
                whole(exchange, 200, new JWKSet(List.of(first.toPublicJWK(), key.toPublicJWK())).toString());

        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);
        server.close();
        assertThat(verifier.verify(token("two"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aServerThatIsSilentHugeElsewhereOrBrokenMakesTokensUnjudgeable() {
        List<HttpStub.Answer> answers = List.of(
                exchange -> pause(),
                exchange -> whole(exchange, 200, " ".repeat(70_000)),
                exchange -> drip(exchange),
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/keys");
                    whole(exchange, 302, "");
                },
                exchange -> whole(exchange, 500, "no"),
                exchange -> whole(exchange, 200, "{\"keys\":"),
                exchange -> exchange.close());
        for (int i = 0; i < answers.size(); i++) {
            answer = answers.get(i);
            long begin = System.nanoTime();

            Verdict verdict = remote().verify(token("one"));

            assertThat(verdict)
                    .as("answer %d", i)
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Verdict.Reason.UNAVAILABLE));
            assertThat(System.nanoTime() - begin).as("answer %d", i).isLessThan(8_000_000_000L);
        }
    }

    @Test
    void whileThereAreNoKeysNoTokenIsCalledBad() {
        answer = exchange -> whole(exchange, 500, "no");
        JwtVerifier verifier = remote();
        for (int i = 0; i < 10; i++) {
            assertThat(verifier.verify(token("one")))
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Verdict.Reason.UNAVAILABLE));
        }
        assertThat(fetches.get()).isLessThanOrEqualTo(2);
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
        return Jwts.verifier(Jwts.config(List.of("ES256"), "", server.url() + "/keys"));
    }

    private String token(String kid) {
        try {
            return Jwts.signed(
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build(),
                    Jwts.claims(claims -> claims),
                    new ECDSASigner(key));
        } catch (com.nimbusds.jose.JOSEException e) {
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
