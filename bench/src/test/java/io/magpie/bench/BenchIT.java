package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.cli.Main;
import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole command against a server with planted faults, on real sockets. */
class BenchIT {
    private static final int CLIENTS = 50;
    private static final int MEMBERS = 10;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void findsNothingWrongWithAGoodServer(Encoding mode) throws IOException {
        try (FakeServer server = new FakeServer(Fault.NONE)) {
            int exit = run(server.url(), mode, "--threads=2");
            JsonNode report = report();
            // How late the pacer is on a busy build machine, for less than a second, is not what is tested here.
            assertThat(reasons(report))
                    .allMatch(reason -> reason.startsWith("the bench is the bottleneck")
                            || reason.contains("messages/s were sent of"));
            assertThat(exit).isEqualTo(report.path("verdict").asText().equals("OK") ? 0 : 1);
            JsonNode counts = report.path("counts");
            assertThat(counts.path("ready").asInt()).isEqualTo(CLIENTS);
            assertThat(counts.path("sent").asInt()).isEqualTo(225);
            assertThat(counts.path("sentMeasured").asInt()).isEqualTo(200);
            assertThat(counts.path("acknowledged").asInt()).isEqualTo(mode == Encoding.PLAIN ? 0 : 225);
            assertThat(counts.path("delivered").asInt()).isEqualTo(225 * MEMBERS);
            assertThat(report.path("latencyMillis").path("count").asInt()).isEqualTo(200 * MEMBERS);
            assertThat(server.pongs).hasValue(CLIENTS);
            assertThat(out.toString()).contains("verdict", "latency ms", "delivered   2,250 of 2,250");
        }
    }

    static Stream<Arguments> faultsOfDelivery() {
        return Stream.of(Encoding.values())
                .flatMap(mode -> Stream.of(
                        Arguments.of(mode, Fault.LOSES_ONE, "1 deliveries lost"),
                        Arguments.of(mode, Fault.DUPLICATES_ONE, "1 deliveries duplicated"),
                        Arguments.of(mode, Fault.SWAPS_TWO, "1 deliveries out of order"),
                        Arguments.of(mode, Fault.CHANGES_A_BYTE, "1 deliveries with changed bytes")));
    }

    @ParameterizedTest
    @MethodSource("faultsOfDelivery")
    void failsOnEveryFaultOfDelivery(Encoding mode, Fault fault, String reason) throws IOException {
        assertFails(mode, fault, reason);
        assertThat(report().path("witnesses")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("faultsOfEnvelopes")
    void failsOnEveryFaultOfEnvelopes(Fault fault, String reason) throws IOException {
        assertFails(Encoding.JSON, fault, reason);
    }

    static Stream<Arguments> faultsOfEnvelopes() {
        return Stream.of(
                Arguments.of(
                        Fault.REPEATS_AN_OLDER_MESSAGE_INSTEAD, "10 clients got other messages than were published"),
                Arguments.of(Fault.FORGETS_AN_OK, "224 messages acknowledged of 225"),
                Arguments.of(Fault.ANSWERS_WITH_AN_ERROR, "1 error envelopes (busy ×1)"),
                Arguments.of(Fault.CLOSES_A_CONNECTION, "1 connections were closed (4003 too slow ×1)"));
    }

    @Test
    void looksLikeAMiniProgram() throws IOException {
        try (FakeServer server = new FakeServer(Fault.NONE)) {
            run(server.url(), Encoding.JSON);
            assertThat(server.upgrades).hasSize(CLIENTS).allSatisfy(headers -> {
                assertThat(headers.get("Referer"))
                        .isEqualTo("https://servicewechat.com/wx0123456789abcdef/1/page-frame.html");
                assertThat(headers.get("User-Agent"))
                        .contains("MicroMessenger/")
                        .contains("MiniProgramEnv/");
                assertThat(headers.get("Sec-WebSocket-Protocol")).isEqualTo("magpie.v1.json");
                assertThat(headers.contains("Origin")).isFalse();
                assertThat(headers.contains("Sec-WebSocket-Extensions")).isFalse();
            });
        }
    }

    @Test
    void comesFromSeveralAddresses() throws IOException {
        try (FakeServer server = new FakeServer(Fault.NONE)) {
            run(server.url(), Encoding.PLAIN, "--source-addresses=3");
            assertThat(server.peers).hasSize(CLIENTS).contains("127.0.0.1", "127.0.0.2", "127.0.0.3");
        }
    }

    @Test
    void measuresTheServersProcess() throws IOException {
        try (FakeServer server = new FakeServer(Fault.NONE)) {
            run(
                    server.url(),
                    Encoding.JSON,
                    "--server-pid=" + ProcessHandle.current().pid());
            assertThat(report().path("server").path("rssBytes").asLong()).isPositive();
            assertThat(out.toString()).contains("CPU per delivery");
        }
    }

    @Test
    void endsWith2IfTheServerRefusesEveryUpgrade() {
        try (FakeServer server = new FakeServer(Fault.REFUSES_THE_UPGRADE)) {
            assertThat(run(server.url(), Encoding.JSON)).isEqualTo(2);
            assertThat(err.toString()).contains("can't reach ws://127.0.0.1").contains("503");
            assertThat(server.upgrades.size()).isBetween(Ramp.HOPELESS, CLIENTS);
        }
    }

    @Test
    void endsWith2IfNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(run("ws://127.0.0.1:" + port + "/ws", Encoding.PLAIN)).isEqualTo(2);
        assertThat(err.toString()).contains("Connection refused");
    }

    @Test
    void endsWith2IfTheServerIsSilent() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            String url = "ws://127.0.0.1:" + silent.getLocalPort() + "/ws";
            assertThat(run(url, Encoding.JSON, "--connect-timeout=200ms")).isEqualTo(2);
            assertThat(err.toString()).contains("not ready within 200 ms");
        }
    }

    private void assertFails(Encoding mode, Fault fault, String reason) throws IOException {
        try (FakeServer server = new FakeServer(fault)) {
            // Less than usual: what is lost is waited for to the end.
            assertThat(run(server.url(), mode, "--grace=4s")).isEqualTo(1);
            assertThat(report().path("verdict").asText()).isEqualTo("FAIL");
            assertThat(reasons(report())).contains(reason);
        }
    }

    /** 50 clients in five rooms, 25 messages to warm up and 200 that are measured. */
    private int run(String url, Encoding mode, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "--url=" + url,
                "--mode=" + mode,
                "--clients=" + CLIENTS,
                "--rooms=" + CLIENTS / MEMBERS,
                "--rate=500",
                "--warmup=100ms",
                "--duration=400ms",
                "--ramp=2000",
                "--size=64",
                "--quiet",
                "--out=" + directory.resolve("report.json")));
        args.addAll(List.of(more));
        return Main.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(args.toArray(String[]::new));
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("report.json").toFile());
    }

    private static List<String> reasons(JsonNode report) {
        List<String> reasons = new ArrayList<>();
        report.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        return reasons;
    }
}
