package io.magpie.gateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.TlsConfig;
import io.magpie.gateway.tls.ChainCheck;
import io.magpie.gateway.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor looks at the gateway's own certificate. */
class TlsFilesTest {
    private static final Pki PKI = new Pki();

    @TempDir
    Path directory;

    @Test
    void nothingIsLookedAtWithoutTls() {
        assertThat(look("", "").level()).isEqualTo(Finding.Level.SKIPPED);
    }

    @Test
    void aChainOfAPrivateAuthorityIsFineForATrial() throws Exception {
        PKI.write(directory, PKI.leaf());
        assertThat(look())
                .matches(finding -> finding.level() == Finding.Level.WARN
                        && finding.found().contains("root that this machine doesn't know"));
    }

    @Test
    void whatKeepsTheGatewayFromStartingIsAFailure() throws Exception {
        X509Bundle leaf = PKI.leaf();
        PKI.write(directory, leaf);
        Files.writeString(directory.resolve("key.pem"), PKI.leaf().getPrivateKeyPEM());
        assertThat(look())
                .matches(finding ->
                        finding.level() == Finding.Level.FAIL && finding.found().contains("the key isn't that of"));
        Files.writeString(directory.resolve("chain.pem"), leaf.getCertificatePEM());
        assertThat(look())
                .matches(finding ->
                        finding.level() == Finding.Level.FAIL && finding.found().contains("append the intermediate"));
        Files.delete(directory.resolve("chain.pem"));
        assertThat(look())
                .matches(finding ->
                        finding.level() == Finding.Level.FAIL && finding.found().contains("no such file"));
    }

    private Finding look() {
        return look(
                directory.resolve("chain.pem").toString(),
                directory.resolve("key.pem").toString());
    }

    private static Finding look(String certificate, String key) {
        TlsConfig config = new TlsConfig(certificate, key, "", TlsConfig.Provider.AUTO, Duration.ofHours(1));
        return new TlsFiles(config, ChainCheck.withSystemRoots()).look().get(0);
    }
}
