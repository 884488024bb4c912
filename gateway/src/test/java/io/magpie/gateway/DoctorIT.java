package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.doctor.TestChain;
import io.magpie.gateway.doctor.TestRelay;
import io.magpie.gateway.transport.TestConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code magpie doctor} beside a running gateway, behind proxies of all kinds, and beside none. */
class DoctorIT {
    private static final String SECRET = "planted-secret-0123456789abcdef0123456789";

    @TempDir
    static Path directory;

    private static TestChain keys;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = new TestChain(directory);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void findsNothingToFailWhereAGatewayRuns() {
        Addresses gateway = start("heartbeat.interval=1s");

        int code = doctor(gateway, "--url", url(gateway.open().getPort()), "--wait", "--set", "heartbeat.interval=1s");

        assertThat(out.toString().lines())
                .as("%s", out)
                .anyMatch(line -> line.startsWith("OK       public port")
                        && line.contains("by the running Magpie " + Version.current() + " (ready)"))
                .anyMatch(line -> line.matches("(OK  |WARN)     upgrade          101 with magpie.v1.json.*"))
                .anyMatch(line -> line.startsWith("OK       silence          the server's ping came through"))
                .anyMatch(line -> line.startsWith("SKIPPED  TLS"))
                .noneMatch(line -> line.startsWith("FAIL"))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        assertThat(code).isZero();
        assertThat(out.toString()).contains("0 FAIL, ");
    }

    @Test
    void makesItselfATokenToBeSilentWith() {
        Addresses gateway = start("heartbeat.interval=1s", "auth.kind=jwt", "auth.jwt.secret=" + SECRET);

        int code = doctor(
                gateway,
                "--url",
                url(gateway.open().getPort()),
                "--wait",
                "--set",
                "heartbeat.interval=1s",
                "--set",
                "auth.kind=jwt",
                "--set",
                "auth.jwt.secret=" + SECRET);

        assertThat(out.toString()).contains("the server's ping came through").doesNotContain("planted");
        assertThat(code).isZero();
    }

    @Test
    void refusesALeafAloneAndTakesAWholeChain() throws Exception {
        Addresses gateway = start();
        TestRelay leaf = relay(gateway, "own");
        TestRelay whole = relay(gateway, "own", "middle");
        String ca = keys.root().toString();

        assertThat(doctor(gateway, "--ca", ca, "--url", "wss://localhost:" + leaf.port() + "/ws"))
                .isEqualTo(1);
        assertThat(out.toString().lines())
                .as("%s", out)
                .anyMatch(line -> line.startsWith("FAIL     TLS chain        only the server's own certificate"))
                .anyMatch(line -> line.startsWith("OK       TLS name"))
                .anyMatch(line -> line.matches("(OK  |WARN)     upgrade.*"));
        out.getBuffer().setLength(0);

        assertThat(doctor(gateway, "--ca", ca, "--url", "wss://localhost:" + whole.port() + "/ws"))
                .isZero();
        assertThat(out.toString().lines())
                .as("%s", out)
                .anyMatch(line -> line.startsWith("OK       TLS              TLSv1.3"))
                .anyMatch(line -> line.startsWith("OK       TLS 1.2 alone"))
                .anyMatch(line -> line.startsWith("OK       TLS ALPN"))
                .anyMatch(line -> line.startsWith("OK       TLS chain        2 certificates, up to CN=Test Root"))
                .anyMatch(line -> line.startsWith("OK       TLS expiry"))
                .anyMatch(line -> line.startsWith("OK       TLS key"))
                .anyMatch(line -> line.matches("(OK  |WARN)     upgrade.*"));
    }

    @Test
    void seesAProxyThatIsLessPatientThanTheHeartbeat() throws Exception {
        Addresses gateway = start("heartbeat.interval=10s");
        TestRelay hasty = new TestRelay(gateway.open(), null, 3_000);
        open.add(hasty);

        assertThat(doctor(gateway, "--url", url(hasty.port()), "--wait", "--set", "heartbeat.interval=10s"))
                .isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("FAIL     silence          closed after [1-9] s of silence, without a word");
    }

    @Test
    void saysHowLongItWouldWait() {
        Addresses gateway = start();

        doctor(gateway, "--url", url(gateway.open().getPort()));

        assertThat(out.toString()).contains("SKIPPED  silence", "takes up to 30 s to see: --wait");
    }

    @Test
    void namesAPortThatSomethingElseHas() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(execute(
                            "doctor",
                            "--set",
                            "listen.host=127.0.0.1",
                            "--set",
                            "listen.port=" + other.getLocalPort(),
                            "--set",
                            "management.port=0",
                            "--set",
                            "log.kind=memory"))
                    .isEqualTo(1);
            assertThat(out.toString())
                    .contains(
                            "FAIL     public port      127.0.0.1:" + other.getLocalPort() + " is taken, and no Magpie");
        }
    }

    @Test
    void saysThatNobodyIsAtTheUrl() throws Exception {
        Addresses gateway = start();
        TestRelay gone = new TestRelay(gateway.open(), null, 0);
        gone.close();

        assertThat(doctor(gateway, "--url", url(gone.port()))).isEqualTo(1);
        assertThat(out.toString()).contains("FAIL     upgrade", "doesn't answer");
    }

    @Test
    void writesJsonForMachines() throws Exception {
        Addresses gateway = start();

        assertThat(doctor(gateway, "--json", "--url", url(gateway.open().getPort())))
                .isZero();

        JsonNode findings = new JsonMapper().readTree(out.toString());
        assertThat(findings.isArray()).isTrue();
        assertThat(findings)
                .hasSizeGreaterThan(10)
                .allSatisfy(finding -> assertThat(finding.fieldNames())
                        .toIterable()
                        .containsExactly("level", "what", "found", "advice"))
                .anyMatch(finding -> finding.path("what").asText().equals("upgrade")
                        && List.of("ok", "warn").contains(finding.path("level").asText()));
    }

    @Test
    void refusesWhatItCanNotCheck() {
        assertThat(execute("doctor", "--url", "ftp://chat.example.com")).isEqualTo(2);
        assertThat(err.toString()).contains("expected a URL such as wss://chat.example.com/ws");
        assertThat(execute("doctor", "--wait")).isEqualTo(2);
        assertThat(execute("doctor", "--set", "listen.port=x")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    private Addresses start(String... settings) {
        Gateway gateway = new Gateway(TestConfig.onLoopback(settings));
        open.add(gateway);
        return gateway.start();
    }

    private TestRelay relay(Addresses gateway, String... certificates) throws Exception {
        TestRelay relay = new TestRelay(gateway.open(), keys.server(certificates), 0);
        open.add(0, relay);
        return relay;
    }

    private static String url(int port) {
        return "ws://127.0.0.1:" + port + "/ws";
    }

    /** Runs it with the configuration of a gateway, but for fewer connections than a small machine has files. */
    private int doctor(Addresses gateway, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "doctor",
                "--set",
                "listen.host=127.0.0.1",
                "--set",
                "listen.port=" + gateway.open().getPort(),
                "--set",
                "management.port=" + gateway.management().getPort(),
                "--set",
                "log.kind=memory",
                "--set",
                "limits.connections=10"));
        Collections.addAll(all, arguments);
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }
}
