package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Environment ENVIRONMENT =
            new Environment("0.1.0", "2026-11-22T10:11:12Z", "VM 17", "Linux", "6.1", "amd64", "Fast CPU", 2, "epoll");

    private final Runs run = new Runs();

    @TempDir
    private Path directory;

    @Test
    void saysWhatWasDoneWhereAndHowItWent() throws IOException {
        JsonNode json = written();
        assertThat(json.path("verdict").asText()).isEqualTo("OK");
        assertThat(json.path("reasons")).isEmpty();
        JsonNode options = json.path("options");
        assertThat(options.path("target").path("url").asText()).isEqualTo("ws://127.0.0.1:8080/ws");
        assertThat(options.path("target").path("mode").asText()).isEqualTo("JSON");
        assertThat(options.path("load").path("clients").asInt()).isEqualTo(4);
        assertThat(options.path("phases").path("duration").asText()).isEqualTo("PT2S");
        assertThat(json.path("environment").path("cpu").asText()).isEqualTo("Fast CPU");
        assertThat(json.path("environment").path("kernel").asText()).isEqualTo("6.1");
        assertThat(json.path("counts").path("delivered").asLong()).isEqualTo(60);
        assertThat(json.path("witnesses")).hasSize(1);
    }

    @Test
    void givesRatesAndPercentiles() throws IOException {
        JsonNode json = written();
        JsonNode rates = json.path("rates");
        assertThat(rates.path("connectSeconds").asDouble()).isEqualTo(0.5);
        assertThat(rates.path("target").asDouble()).isEqualTo(10);
        assertThat(rates.path("sent").asDouble()).isCloseTo(10, within(0.01));
        assertThat(rates.path("deliveries").asDouble()).isEqualTo(20);
        JsonNode latency = json.path("latencyMillis");
        assertThat(latency.path("count").asLong()).isEqualTo(40);
        assertThat(latency.path("p50").asDouble()).isCloseTo(19, within(0.1));
        assertThat(latency.path("p90").asDouble()).isCloseTo(27, within(0.1));
        assertThat(latency.path("p999").asDouble()).isCloseTo(29, within(0.1));
        assertThat(latency.path("max").asDouble()).isCloseTo(29, within(0.1));
        assertThat(json.path("bench").path("busiestLoop").asDouble()).isEqualTo(0.5);
        assertThat(json.path("bench").path("lagMillis").path("p99").asDouble()).isCloseTo(0.05, within(0.001));
    }

    @Test
    void givesTheServersCostPerDelivery() throws IOException {
        assertThat(written().path("server").isNull()).isTrue();
        run.serverBefore = new ServerProbe.Sample(Runs.SECOND, 100, 150);
        run.serverAfter = new ServerProbe.Sample(Runs.SECOND + 400_000, 200, 250);
        JsonNode server = written().path("server");
        assertThat(server.path("cpuMicrosPerDelivery").asDouble()).isEqualTo(10);
        assertThat(server.path("cpuCores").asDouble()).isCloseTo(0.0002, within(1e-9));
        assertThat(server.path("rssBytes").asLong()).isEqualTo(200);
        assertThat(server.path("peakRssBytes").asLong()).isEqualTo(250);
    }

    @Test
    void givesReasonsForAFailure() throws IOException {
        run.counts.add(Count.LOST, 2);
        JsonNode json = written();
        assertThat(json.path("verdict").asText()).isEqualTo("FAIL");
        assertThat(json.path("reasons")).hasSize(1);
        assertThat(json.path("reasons").get(0).asText()).isEqualTo("2 deliveries lost");
    }

    @Test
    void printsASummaryOnOneScreen() {
        run.serverBefore = new ServerProbe.Sample(0, 0, 0);
        run.serverAfter = new ServerProbe.Sample(Runs.SECOND, 200 << 20, 210 << 20);
        assertThat(summary().lines())
                .hasSizeLessThan(24)
                .contains(
                        "target      ws://127.0.0.1:8080/ws in json mode",
                        "load        4 clients in 2 rooms, 10 messages/s of 64 bytes by 4 publishers for 2s",
                        "sent        30 (10.0/s), acknowledged 30",
                        "delivered   60 of 60 (20/s), lost 0, duplicated 0, out of order 0",
                        "server      50.0 % of a core, 25000.00 µs CPU per delivery, RSS 200 MiB (peak 210)",
                        "verdict     OK");
    }

    @Test
    void printsReasonsAndWitnessesOfAFailure() {
        run.counts.add(Count.DUPLICATED, 1);
        assertThat(summary().lines())
                .containsSequence(
                        "verdict     FAIL",
                        "            - 1 deliveries duplicated",
                        "witnesses   the first 1",
                        "            - client 1 in room 1: seq 3 came again");
    }

    private Report report() {
        return Report.of(Plans.small(Encoding.JSON), ENVIRONMENT, run.measurement());
    }

    private JsonNode written() throws IOException {
        Path file = directory.resolve("report.json");
        report().write(file);
        return new ObjectMapper().readTree(file.toFile());
    }

    private String summary() {
        StringWriter text = new StringWriter();
        Summary.print(report(), new PrintWriter(text));
        return text.toString();
    }
}
