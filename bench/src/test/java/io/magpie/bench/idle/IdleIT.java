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
        assumeTrue(Files.isExecutable(JAVA_HOME.resolve("bin/jcmd")), "this Java has no jcmd");
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        Path results = directory.resolve("out");
        int exit = new CommandLine(new IdleCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute("--sessions=50", "--rooms=5", "--loops=1", "--settle=0s", "--out=" + results);
        // So few sessions are lost in the noise of the process: whether the targets are met says nothing.
        assertThat(exit).as(errors.toString()).isIn(0, 1);
        assertThat(out.toString()).contains("live heap per session").contains("RSS per session");
        JsonNode report =
                new ObjectMapper().readTree(results.resolve("idle.json").toFile());
        assertThat(report.path("classes")).anySatisfy(share -> {
            assertThat(share.path("type").asText()).isEqualTo("io.magpie.gateway.transport.ChannelConnection");
            assertThat(share.path("instances").asDouble()).isBetween(0.0, 1.0);
        });
        assertThat(results.resolve("docs-fragment.md")).content().startsWith("<!-- idle:begin -->");
    }

    @Test
    void saysWhereTheScriptShouldBe() {
        System.setProperty(HOME, directory.resolve("nowhere").toString());
        StringWriter errors = new StringWriter();
        int exit = new CommandLine(new IdleCommand())
                .setErr(new PrintWriter(errors))
                .execute("--sessions=50", "--rooms=5");
        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString()).contains("nowhere");
    }
}
