package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line, but for {@code run}, which the tests of the server start. */
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void findsTheDefaultConfigurationRight() {
        assertThat(execute("check-config")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("The configuration is right.");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checksAFileAndSettings() throws IOException {
        Path file = Files.writeString(directory.resolve("magpie.yaml"), "listen:\n  port: 9000\n");

        assertThat(execute(
                        "check-config",
                        "--config",
                        file.toString(),
                        "--set",
                        "transport.kind=nio",
                        "--set",
                        "listen.port=0"))
                .isZero();
    }

    @Test
    void listsAllThatIsWrongWithAConfiguration() throws IOException {
        Path file = Files.writeString(directory.resolve("magpie.yaml"), "listen:\n  port: x\nlisen: 1\n");

        assertThat(execute("check-config", "-c", file.toString(), "--set", "limits.connections=0"))
                .isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactlyInAnyOrder(
                        "The configuration can't be used:",
                        "  listen.port: expected a whole number",
                        "  lisen: unknown key (did you mean listen?)",
                        "  limits.connections: must be 1 to 10000000, is 0");
    }

    @Test
    void doesNotRunWithAWrongConfiguration() {
        assertThat(execute("run", "--set", "listen.port=x")).isEqualTo(2);
        assertThat(err.toString()).contains("listen.port: expected a whole number");
    }

    @Test
    void saysWhyTheDirectoryOfItsLogCanNotBeUsed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(execute("run", "--set", "log.directory=" + file.resolve("data"), "--set", "listen.port=0"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("log.directory " + file.resolve("data") + " can't be used")
                .doesNotContain("\tat ");
    }

    @Test
    void repairsWhatCanBeRepairedAndSaysSo() throws IOException {
        String data = "log.directory=" + directory.resolve("data");

        assertThat(execute("repair", "--set", data)).isEqualTo(1);
        assertThat(err.toString()).contains("there is no log in " + directory.resolve("data"));
        assertThat(execute("repair", "--set", "log.kind=memory")).isEqualTo(1);
        assertThat(err.toString()).contains("log.kind is memory");
        Path log = Files.createDirectories(directory.resolve("data/log"));
        Files.writeString(log.resolve("000004.sst"), "damaged");

        assertThat(execute("repair", "--dry-run", "--set", data)).isEqualTo(1);
        assertThat(out.toString()).contains("damaged: ", "can be kept: 0 messages in 0 rooms");
        assertThat(execute("repair", "--set", data)).isZero();
        assertThat(out.toString()).contains("kept: 0 messages", "The damaged files are in " + directory);
        assertThat(execute("repair", "--set", data)).isZero();
        assertThat(out.toString()).endsWith("The log is whole; nothing was done.\n");
    }

    @Test
    void makesATokenAndExplainsIt() {
        String secret = "auth.jwt.secret=0123456789abcdef0123456789abcdef";
        assertThat(execute(
                        "token",
                        "--sub",
                        "u1",
                        "--name",
                        "Una",
                        "--device",
                        "phone",
                        "--rooms",
                        "chat:*,hall",
                        "--send",
                        "x",
                        "--set",
                        secret))
                .isZero();
        String token = out.toString().trim();
        assertThat(token.split("\\.", -1)).hasSize(3);
        out.getBuffer().setLength(0);

        assertThat(execute("check-token", token, "--set", secret)).isZero();

        assertThat(out.toString().lines().toList())
                .contains(
                        "header  {\"alg\":\"HS256\"}",
                        "user    u1 (Una)",
                        "device  phone",
                        "join    chat:* hall",
                        "send    chat:* hall x")
                .contains("moderate none", "note    auth.kind is none: this gateway asks for no token")
                .anyMatch(line -> line.startsWith("good    until 20"));
    }

    @Test
    void saysWhatIsWrongWithAToken() {
        String secret = "auth.jwt.secret=0123456789abcdef0123456789abcdef";
        execute("token", "--sub", "u1", "--set", secret);
        String token = out.toString().trim();
        out.getBuffer().setLength(0);

        assertThat(execute("check-token", token, "--set", secret.replace("abc", "ABC")))
                .isEqualTo(1);
        assertThat(execute("check-token", "nonsense", "--set", secret)).isEqualTo(1);

        assertThat(out.toString())
                .contains("refused bad: the token's signature is wrong", "refused bad: the token is no signed JWT");
    }

    @Test
    void saysWhatItNeedsToMakeAToken() {
        assertThat(execute("token", "--sub", "u1")).isEqualTo(1);
        assertThat(err.toString()).contains("auth.jwt.secret isn't set", "MAGPIE_AUTH_JWT_SECRET");
        assertThat(execute("token")).isEqualTo(2);
        assertThat(execute("token", "--sub", "u1", "--ttl", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a span of time");
        assertThat(execute("run", "--set", "auth.kind=jwt")).isEqualTo(2);
        assertThat(err.toString()).contains("auth.jwt.secret: is needed for the algorithms");
    }

    @Test
    void missesAFileThatIsNotThere() {
        assertThat(execute("check-config", "-c", directory.resolve("none.yaml").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none.yaml: no such file");
    }

    @Test
    void printsTheDefaultConfiguration() throws IOException {
        assertThat(execute("default-config")).isZero();

        try (InputStream file = Main.class.getResourceAsStream("default-config.yaml")) {
            assertThat(out.toString()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void printsADefaultConfigurationThatItTakes() throws IOException {
        execute("default-config");
        Path file = Files.writeString(directory.resolve("magpie.yaml"), out.toString());

        assertThat(execute("check-config", "-c", file.toString())).isZero();
    }

    @Test
    void helps() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("run", "check-config", "default-config");

        assertThat(execute("run", "--help")).isZero();
        assertThat(out.toString()).contains("--config", "--set");
    }

    @Test
    void saysItsVersion() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("magpie ").contains(System.getProperty("java.version"));
        assertThat(out.toString()).doesNotContain("${");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(execute("run", "--prot", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("--prot");
        assertThat(execute("rnu")).isEqualTo(2);
        assertThat(execute("check-config", "--set")).isEqualTo(2);
    }

    @Test
    void showsItsUsageWhenItIsAskedForNothing() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: magpie");
        assertThat(out.toString()).isEmpty();
    }

    private int execute(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
