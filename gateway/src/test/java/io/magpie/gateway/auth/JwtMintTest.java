package io.magpie.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.AuthConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that are made are tokens that are taken. */
class JwtMintTest {
    private static final Instant NOW = Instant.ofEpochMilli(Jwts.NOW);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "RS256, RSA, 2048",
        "RS512, RSA, 2048",
        "PS384, RSA, 2048",
        "ES256, EC, secp256r1",
        "ES384, EC, secp384r1",
        "ES512, EC, secp521r1",
        "EdDSA, Ed25519, "
    })
    void everyAlgorithmWithAKeyPairGoesThereAndBack(String algorithm, String kind, String parameter) throws Exception {
        KeyPair pair = pair(kind, parameter);
        Path secret = write("secret.pem", "PRIVATE KEY", pair.getPrivate());
        Path open = write("open.pem", "PUBLIC KEY", pair.getPublic());
        AuthConfig config = Jwts.config(List.of(algorithm), "", open.toString(), "shop", "chat");

        String token = JwtMint.of(config.jwt(), null, secret, "any").mint(claims(), NOW, Duration.ofHours(1));

        assertThat(Jwts.verifier(config).verify(token)).isInstanceOfSatisfying(Verdict.Accepted.class, accepted -> {
            assertThat(accepted.identity().sender().id().value()).isEqualTo("alice");
            assertThat(accepted.identity().join()).hasToString("chat:*");
        });
        Path other = write("other.pem", "PUBLIC KEY", pair(kind, parameter).getPublic());
        AuthConfig another = Jwts.config(List.of(algorithm), "", other.toString(), "shop", "chat");
        assertThat(Jwts.verifier(another).verify(token)).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"HS256, 32", "HS384, 48", "HS512, 64"})
    void everyAlgorithmWithASecretGoesThereAndBack(String algorithm, int bytes) {
        AuthConfig config = Jwts.config(List.of(algorithm), "s".repeat(bytes), "");

        String token = JwtMint.of(config.jwt(), algorithm, null, null).mint(claims(), NOW, Duration.ofHours(1));

        assertThat(Jwts.verifier(config).verify(token)).isInstanceOf(Verdict.Accepted.class);
        AuthConfig another = Jwts.config(List.of(algorithm), "t".repeat(bytes), "");
        assertThat(Jwts.verifier(another).verify(token)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void whatDoesntGoTogetherIsSaid() throws Exception {
        AuthConfig config = Jwts.config(List.of("HS256", "ES256"), Jwts.SECRET, "unused");
        Path rsa = write("rsa.pem", "PRIVATE KEY", pair("RSA", "2048").getPrivate());

        assertThatThrownBy(() -> JwtMint.of(config.jwt(), "RS256", null, null))
                .hasMessageContaining("doesn't have RS256");
        assertThatThrownBy(() -> JwtMint.of(config.jwt(), "ES256", null, null)).hasMessageContaining("--key");
        assertThatThrownBy(() -> JwtMint.of(config.jwt(), "ES256", rsa, null))
                .hasMessageContaining("can't sign with ES256");
        assertThatThrownBy(() -> JwtMint.of(config.jwt(), "ES256", directory.resolve("no"), null))
                .hasMessageContaining("no such file");
    }

    private static JwtMint.Claims claims() {
        return new JwtMint.Claims("alice", null, Map.of("join", List.of("chat:*"), "send", List.of("chat:*")));
    }

    private static KeyPair pair(String kind, String parameter) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        if (kind.equals("RSA")) {
            generator.initialize(Integer.parseInt(parameter));
        } else if (kind.equals("EC")) {
            AlgorithmParameterSpec curve = new ECGenParameterSpec(parameter);
            generator.initialize(curve);
        }
        return generator.generateKeyPair();
    }

    private Path write(String name, String what, Key key) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return Files.writeString(
                directory.resolve(name), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
