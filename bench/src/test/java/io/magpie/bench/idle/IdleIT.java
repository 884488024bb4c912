package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.GatewayScript;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a real gateway in a process of its own, small. */
class IdleIT {
    private static final String HOME = "magpie.home";
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path directory;

    @BeforeEach
    void writeScript() throws IOException {
        GatewayScript.write(directory);
        System.setProperty(HOME, directory.toString());
    }

    @AfterEach
    void forgetScript() {
        System.clearProperty(HOME);
    }

    @Test
    void saysWhatASessionIsMadeOf() throws IOException {
        // So few sessions are lost in the noise of the process: whether the targets are met says nothing.
        assertThat(measure("none")).as(errors.toString()).isIn(0, 1);
        assertThat(out.toString()).contains("live heap per session").contains("RSS per session");
        assertThat(report().path("wss").isNull()).isTrue();
        assertThatEachSessionHas("io.magpie.gateway.transport.ChannelConnection");
        assertThat(results().resolve("docs-fragment.md")).content().startsWith("<!-- idle:begin -->");
    }

    @Test
    void saysWhatASessionOverWssIsMadeOf() throws IOException {
        assertThat(measure("auto")).as(errors.toString()).isZero();
        assertThat(out.toString()).contains(", wss: TLSv1.3 TLS_").doesNotContain("target 3");
        assertThat(report().at("/wss/suite").asText()).startsWith("TLSv1.3 TLS_");
        assertThat(report().at("/wss/provider").asText()).isIn("OPENSSL_REFCNT", "JDK");
        assertThat(report().path("targets")).isEmpty();
        assertThatEachSessionHas("io.netty.handler.ssl.SslHandler");
        assertThat(results().resolve("docs-fragment.md")).content().startsWith("<!-- idle-wss:begin -->");
    }

    @Test
    void saysWhereTheScriptShouldBe() {
        System.setProperty(HOME, directory.resolve("nowhere").toString());
        int exit = new CommandLine(new IdleCommand())
                .setErr(new PrintWriter(errors))
                .execute("--sessions=50", "--rooms=5");
        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString()).contains("nowhere");
    }

    private int measure(String tls) {
        assumeTrue(Files.isExecutable(JAVA_HOME.resolve("bin/jcmd")), "this Java has no jcmd");
        return new CommandLine(new IdleCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(
                        "--sessions=50",
                        "--rooms=5",
                        "--loops=1",
                        "--tls=" + tls,
                        "--settle=0s",
                        // What is left of the crowd before stays until its heartbeats are due, for both measurements.
                        "--set=heartbeat.interval=5m",
                        "--set=heartbeat.idle-timeout=10m",
                        "--out=" + results());
    }

    private Path results() {
        return directory.resolve("out");
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(results().resolve("idle.json").toFile());
    }

    private void assertThatEachSessionHas(String type) throws IOException {
        assertThat(report().path("classes")).anySatisfy(share -> {
            assertThat(share.path("type").asText()).isEqualTo(type);
            assertThat(share.path("instances").asDouble()).isBetween(0.9, 1.0);
        });
    }
}
