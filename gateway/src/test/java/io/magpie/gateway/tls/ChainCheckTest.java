package io.magpie.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What phones would say of a chain. */
class ChainCheckTest {
    private static final Pki PKI = new Pki();
    private final Instant now = Instant.now();

    private final X509Bundle leaf = PKI.leaf();
    private final ChainCheck check = ChainCheck.with(List.of(PKI.root()));

    @Test
    void aChainThatEndsBelowAKnownRootIsFine() {
        List<X509Certificate> chain = List.of(leaf.getCertificate(), PKI.intermediate());
        assertThat(check.faults(chain, now)).isEmpty();
        assertThat(check.warnings(chain)).isEmpty();
    }

    @Test
    void aChainWithItsRootIsFine() {
        assertThat(check.faults(PKI.whole(leaf), now)).isEmpty();
        assertThat(check.warnings(PKI.whole(leaf))).isEmpty();
    }

    @Test
    void aLeafAloneIsRefusedWithWhatToDo() {
        assertThat(check.faults(List.of(leaf.getCertificate()), now))
                .singleElement()
                .asString()
                .contains(
                        "ends at the certificate of localhost",
                        "CN=intermediate",
                        "append the intermediate",
                        "fullchain");
    }

    @Test
    void certificatesOutOfOrderAreNamed() {
        List<X509Certificate> chain = List.of(leaf.getCertificate(), PKI.root(), PKI.intermediate());
        assertThat(check.faults(chain, now)).first().asString().contains("localhost isn't issued by", "root");
    }

    @Test
    void aStrangersIntermediateIsNoIssuer() {
        X509Bundle stranger = new Pki().leaf();
        assertThat(check.faults(List.of(leaf.getCertificate(), new Pki().intermediate()), now))
                .first()
                .asString()
                .contains("isn't issued by");
        assertThat(check.faults(List.of(stranger.getCertificate()), now)).isNotEmpty();
    }

    @Test
    void aRootThatThisMachineDoesntKnowIsAWarning() {
        ChainCheck system = ChainCheck.withSystemRoots();
        assertThat(system.faults(PKI.whole(leaf), now)).isEmpty();
        assertThat(system.warnings(PKI.whole(leaf)))
                .singleElement()
                .asString()
                .contains("root that this machine doesn't know");
    }

    @Test
    void whatHasExpiredOrIsntValidYetIsRefused() {
        assertThat(check.faults(PKI.whole(leaf), now.plus(Duration.ofDays(10_000))))
                .first()
                .asString()
                .contains("localhost has expired");
        assertThat(check.faults(PKI.whole(leaf), now.minus(Duration.ofDays(10_000))))
                .first()
                .asString()
                .contains("valid from", "clock");
    }

    @Test
    void keysThatPhonesDontTakeAreRefused() {
        X509Bundle edwards = PKI.leaf(builder -> builder.algorithm(Algorithm.ed25519));
        assertThat(check.faults(PKI.whole(edwards), now)).first().asString().contains("phones take RSA and EC");
    }

    @Test
    void aKeyFitsItsOwnCertificateOnly() {
        X509Bundle rsa = PKI.leaf(CertificateBuilder::rsa2048);
        for (X509Bundle one : List.of(leaf, rsa)) {
            assertThat(ChainCheck.fits(one.getKeyPair().getPrivate(), one.getCertificate()))
                    .isTrue();
        }
        assertThat(ChainCheck.fits(leaf.getKeyPair().getPrivate(), rsa.getCertificate()))
                .isFalse();
        assertThat(ChainCheck.fits(leaf.getKeyPair().getPrivate(), PKI.leaf().getCertificate()))
                .isFalse();
    }
}
