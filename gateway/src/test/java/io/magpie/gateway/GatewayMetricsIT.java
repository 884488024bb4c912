package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a scraper reads on the management port after some traffic. */
class GatewayMetricsIT {
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    private Gateway gateway;
    private Addresses addresses;

    @BeforeEach
    void start() {
        gateway = new Gateway(TestConfig.onLoopback("transport.loops=1"));
        addresses = gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void showsWhatHappened() throws IOException {
        try (RawClient plain = RawClient.upgraded(addresses.open(), "/ws?room=secret-room");
                RawClient json = RawClient.upgraded(addresses.open(), "/ws?token=secret-token", JSON)) {
            letSomethingHappen(plain, json);

            List<String> series = scrape();

            assertThat(series)
                    .contains(
                            "magpie_connections{encoding=\"plain\",state=\"active\"} 1.0",
                            "magpie_connections{encoding=\"json\",state=\"active\"} 1.0",
                            "magpie_connections{encoding=\"cbor\",state=\"active\"} 0.0",
                            "magpie_upgrades_total{outcome=\"accepted\"} 2.0",
                            "magpie_upgrades_total{outcome=\"bad_path\"} 1.0",
                            "magpie_commands_total{op=\"connect\",outcome=\"ok\"} 1.0",
                            "magpie_commands_total{op=\"invalid\",outcome=\"unknown_type\"} 1.0",
                            "magpie_frames_in_total 3.0",
                            "magpie_deliveries_total 2.0",
                            "magpie_fan_out_sum 2.0",
                            "magpie_publish_to_flush_seconds_count 1",
                            "magpie_rooms 1.0",
                            "magpie_members 2.0",
                            "magpie_outbound_queued_bytes 0.0",
                            "magpie_slow_consumers_total 0.0",
                            "magpie_heartbeats_lost_total 0.0");
            assertThat(names(series))
                    .contains(
                            "magpie_bytes_in_total",
                            "magpie_bytes_out_total",
                            "magpie_frames_out_total",
                            "magpie_closes_total",
                            "magpie_loop_lag_seconds_bucket",
                            "magpie_publish_to_flush_seconds_bucket",
                            "jvm_memory_used_bytes",
                            "jvm_gc_memory_allocated_bytes_total",
                            "process_files_open_files",
                            "netty_allocator_memory_used");
            assertThat(String.join("\n", series)).doesNotContain("secret", "no such type", "guest-");
        }
    }

    private void letSomethingHappen(RawClient plain, RawClient json) throws IOException {
        json.send(ClientFrame.text("{\"type\":\"connect\",\"rooms\":{\"secret-room\":null}}"));
        json.next();
        plain.send(ClientFrame.text("secret-words"));
        plain.next();
        json.next();
        json.send(ClientFrame.text("{\"type\":\"no such type\",\"id\":1}"));
        json.next();
        refused(RawRequest.upgrade("/secret-path"));
    }

    @Test
    void countsClosesByCode() throws IOException {
        try (RawClient bad = RawClient.upgraded(addresses.open(), "/ws");
                RawClient good = RawClient.upgraded(addresses.open(), "/ws")) {
            bad.send(ClientFrame.text("a").withRsv(2));
            bad.framesToEnd();
            good.send(ClientFrame.close(4711, ""));
            good.framesToEnd();
        }

        String closing = "magpie_connections{encoding=\"plain\",state=\"closing\"} 0.0";
        assertThat(scrapeUntil(series -> series.containsAll(List.of("magpie_members 0.0", closing))))
                .contains(
                        "magpie_closes_total{code=\"1002\"} 1.0",
                        "magpie_closes_by_peer_total 1.0",
                        "magpie_connections{encoding=\"plain\",state=\"active\"} 0.0",
                        closing)
                .noneMatch(line -> line.contains("\"4711\""));
    }

    @Test
    void countsEarlyDataApart() throws IOException {
        try (RawClient early = new RawClient(addresses.open())) {
            early.send(ClientFrame.join(
                    RawRequest.upgrade("/ws").bytes(), ClientFrame.text("a").bytes()));
            early.in().reply();
            early.framesToEnd();
        }

        assertThat(scrape())
                .contains(
                        "magpie_upgrades_total{outcome=\"early_data\"} 1.0",
                        "magpie_upgrades_total{outcome=\"accepted\"} 0.0",
                        "magpie_frames_in_total 0.0");
    }

    @Test
    void hasTheSameSeriesHoweverManyClientsRoomsAndPathsThereAre() throws IOException {
        chat(0);
        Set<String> before = identities(scrape());
        for (int i = 1; i < 30; i++) {
            chat(i);
        }

        List<String> after = scrape();
        assertThat(identities(after)).isEqualTo(before);
        assertThat(after).hasSizeLessThan(2_000);
        assertThat(String.join("\n", after)).doesNotContain("room-", "agent-", "phone-", "page-", "127.0.0.1");
    }

    @Test
    void hasOnlyTagsWithFewValues() throws IOException {
        chat(0);
        for (String line : scrape()) {
            if (line.startsWith("magpie_")) {
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    assertThat(label.group(1))
                            .isIn("encoding", "state", "outcome", "op", "code", "question", "reason", "status", "le");
                }
            }
        }
    }

    @Test
    void answersHealthChecksOnItsOwnPort() throws IOException {
        assertThat(manage("/health/live").status()).isEqualTo(200);
        assertThat(manage("/health/ready").status()).isEqualTo(200);
        assertThat(manage("/nowhere").status()).isEqualTo(404);
        try (RawClient client = new RawClient(addresses.open())) {
            assertThat(client.ask(RawRequest.get("/metrics")).status())
                    .as("metrics aren't for the public")
                    .isEqualTo(404);
        }
    }

    /** A client like no other, and what it asks beside. */
    private void chat(int i) throws IOException {
        String agent = "User-Agent: agent-" + i;
        try (RawClient json = RawClient.upgraded(addresses.open(), "/ws", JSON, agent)) {
            json.send(ClientFrame.text("{\"type\":\"connect\",\"client\":{\"name\":\"phone-" + i + "\"}}"));
            json.next();
        }
        refused(RawRequest.get("/page-" + i).with(agent));
        refused(RawRequest.upgrade("/page-" + i, agent));
        try (RawClient client = RawClient.upgraded(addresses.open(), "/ws?room=room-" + i, agent)) {
            client.send(ClientFrame.text("hello"));
            client.next();
            client.send(ClientFrame.close(1000, ""));
            client.framesToEnd();
        }
    }

    private void refused(RawRequest request) throws IOException {
        try (RawClient client = new RawClient(addresses.open())) {
            assertThat(client.ask(request).status()).isGreaterThanOrEqualTo(400);
        }
    }

    private List<String> scrapeUntil(Predicate<List<String>> there) throws IOException {
        return Prometheus.of(addresses).seriesWhen(there);
    }

    private List<String> scrape() throws IOException {
        return Prometheus.of(addresses).series();
    }

    private HttpReply manage(String path) throws IOException {
        InetSocketAddress management = addresses.management();
        try (RawClient client = new RawClient(management)) {
            return client.ask(RawRequest.get(path));
        }
    }

    private static Set<String> names(List<String> series) {
        Set<String> names = new TreeSet<>();
        series.forEach(line -> names.add(line.substring(0, line.indexOf(line.contains("{") ? '{' : ' '))));
        return names;
    }

    /** Name and tags of the gateway's own series. */
    private static Set<String> identities(List<String> series) {
        Set<String> identities = new TreeSet<>();
        series.stream()
                .filter(line -> line.startsWith("magpie_"))
                .forEach(line -> identities.add(line.substring(0, line.lastIndexOf(' '))));
        return identities;
    }
}
