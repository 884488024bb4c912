package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.doctor.Finding.Level;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the certificates that a server sends. */
class CertificatesTest {
    @TempDir
    static Path directory;

    private static TestChain keys;
    private static Trust trust;
    private static X509Certificate own;

    @BeforeAll
    static void make() throws Exception {
        keys = new TestChain(directory);
        trust = Trust.load(keys.root());
        own = keys.certificate("own");
    }

    @Test
    void isContentWithACompleteChain() throws Exception {
        assertThat(at(Instant.now()).judge(keys.certificates("own", "middle")))
                .hasSize(4)
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Level.OK));
    }

    @Test
    void doesNotMindTheRootBeingSentToo() throws Exception {
        assertThat(chain("own", "middle", "root")).isEqualTo(Level.OK);
    }

    @Test
    void refusesALeafAloneAsPhonesDo() throws Exception {
        Finding finding = at(Instant.now()).chain(keys.certificates("own"));

        assertThat(finding.level()).isEqualTo(Level.FAIL);
        assertThat(finding.found()).contains("only the server's own certificate", "CN=Test Intermediate");
        assertThat(finding.advice()).contains("fullchain.pem");
    }

    @Test
    void refusesAChainThatIsNotInOrder() throws Exception {
        keys.make("stranger", null, "CN=Stranger", "-keyalg", "EC", "-groupname", "secp256r1");

        assertThat(at(Instant.now()).chain(keys.certificates("own", "stranger", "middle")))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL))
                .satisfies(finding ->
                        assertThat(finding.found()).contains("number 2 (CN=Stranger) didn't issue number 1"));
    }

    @Test
    void refusesASelfSignedCertificateAndSaysHowToTrustIt() throws Exception {
        keys.make("self", null, "CN=self", "-keyalg", "EC", "-groupname", "secp256r1");

        assertThat(at(Instant.now()).chain(keys.certificates("self")))
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL))
                .satisfies(finding -> assertThat(finding.advice()).contains("--ca"));
    }

    @Test
    void doesNotTrustAnAuthorityThatItWasNotTold() throws Exception {
        Finding finding = new Certificates("localhost", Instant.now(), Trust.load(null))
                .chain(keys.certificates("own", "middle"));

        assertThat(finding.level()).isEqualTo(Level.FAIL);
        assertThat(finding.found()).contains("2 certificates", "CN=Test Root");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, OK",
        "LOCALHOST, OK",
        "a.chat.example.com, OK",
        "chat.example.com, FAIL",
        "a.b.chat.example.com, FAIL",
        "127.0.0.1, OK",
        "127.0.0.2, FAIL",
        "::1, FAIL",
        "localhost.evil.example, FAIL"
    })
    void comparesNamesAsClientsDo(String host, Level level) {
        assertThat(new Certificates(host, Instant.now(), trust).name(own).level())
                .isEqualTo(level);
    }

    @Test
    void looksAtNoCommonName() throws Exception {
        keys.make("nameless", "middle", "CN=localhost", "-keyalg", "EC", "-groupname", "secp256r1");

        assertThat(at(Instant.now()).name(keys.certificate("nameless")).found()).contains("for no name");
    }

    @Test
    void saysWhenACertificateEnds() throws Exception {
        Instant end = own.getNotAfter().toInstant();
        List<X509Certificate> chain = keys.certificates("own", "middle");

        assertThat(at(end.minus(Duration.ofDays(15))).expiry(chain).level()).isEqualTo(Level.OK);
        assertThat(at(end.minus(Duration.ofDays(13))).expiry(chain).level()).isEqualTo(Level.WARN);
        assertThat(at(end.plusSeconds(1)).expiry(chain).level()).isEqualTo(Level.FAIL);
        assertThat(at(own.getNotBefore().toInstant().minusSeconds(10))
                        .expiry(chain)
                        .found())
                .contains("good only from");
    }

    @Test
    void refusesWeakKeysAndSignatures() throws Exception {
        keys.make("short", null, "CN=short", "-keyalg", "RSA", "-keysize", "1024");
        keys.make("old", null, "CN=old", "-keyalg", "RSA", "-keysize", "2048", "-sigalg", "SHA1withRSA");
        keys.make("good", null, "CN=good", "-keyalg", "RSA", "-keysize", "2048");

        assertThat(at(Instant.now()).key(keys.certificates("short")).found()).contains("an RSA key of 1024 bits");
        assertThat(at(Instant.now()).key(keys.certificates("old")).found()).contains("a signature by SHA1withRSA");
        assertThat(at(Instant.now()).key(keys.certificates("good")).level()).isEqualTo(Level.OK);
    }

    @Test
    void refusesWhatThisJvmRefusesForAnotherReason() throws Exception {
        keys.make(
                "mail",
                "middle",
                "CN=mail",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-ext",
                "san=dns:localhost",
                "-ext",
                "eku=emailProtection");

        assertThat(at(Instant.now()).judge(keys.certificates("mail", "middle")))
                .last()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.FAIL))
                .satisfies(finding -> assertThat(finding.found()).contains("this JVM refuses it"));
    }

    private static Certificates at(Instant now) {
        return new Certificates("localhost", now, trust);
    }

    private static Level chain(String... aliases) throws Exception {
        return at(Instant.now()).chain(keys.certificates(aliases)).level();
    }
}
