package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.compare.load.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsPublicationTest {
    private static final Level FOUR = Level.window(4);

    @TempDir
    private Path folder;

    @Test
    void dividesADeliveryByTheSameServersOverWs() {
        assertThat(publication(2000).text())
                .containsPattern("magpie-epoll +w=4 +2\\.000 \\(2\\.000–2\\.000\\) +1 ")
                .containsPattern("magpie-wss +w=4 +3\\.500 \\(3\\.000–4\\.000\\) +1\\.750 \\(1\\.500–2\\.000\\)");
    }

    @Test
    void dividesAConnectionByTheSameServersOverWs() {
        assertThat(publication(1999).text())
                .containsPattern("magpie-epoll +ws +110\\.0 \\(100\\.0–120\\.0\\) +1 +– ")
                .containsPattern(
                        "magpie-wss +TLS 1\\.3 +440\\.0 \\(400\\.0–480\\.0\\) +4\\.00 \\(4\\.00–4\\.00\\) +0 %")
                .containsPattern("magpie-wss +TLS 1\\.3, resumed +.* 2\\.00 \\(2\\.00–2\\.00\\) +100 %")
                .doesNotContain("only", "nobody");
    }

    @Test
    void saysIfSessionsWereNotResumed() {
        assertThat(publication(0).text())
                .contains("magpie-wss, TLS 1.3, resumed: only 0 % of the sessions were resumed");
    }

    @Test
    void saysIfSessionsWereResumedThatShouldNotBe() {
        HandshakeResults results = new HandshakeResults(List.of(connections(Security.OLD, 1, 100, 1000)), List.of());
        assertThat(results.remarks())
                .containsExactly("magpie-wss, TLS 1.2: 50 % of the sessions were resumed, which nobody wanted");
    }

    @Test
    void hasNoRatioOfAServerThatWasNotMeasuredOverWs() {
        HandshakeResults results = new HandshakeResults(List.of(connections(Security.TLS, 1, 100, 0)), List.of());
        assertThat(results.table().text()).containsPattern("100\\.0 \\(100\\.0–100\\.0\\) +– +0 %");
        assertThat(results.picture()).isEmpty();
    }

    @Test
    void isNotCleanIfAServerWasLeftOut() {
        TlsPublication publication = publication(2000);
        assertThat(publication.clean()).isTrue();
        HandshakeResults less =
                new HandshakeResults(publication.connections().figures(), List.of("connections of nchan: no"));
        TlsPublication other = new TlsPublication(Samples.surroundings(), "a library", publication.deliveries(), less);
        assertThat(other.clean()).isFalse();
        assertThat(other.text()).contains("left out: connections of nchan: no");
    }

    @Test
    void writesEverythingAsJsonAndPictures() throws IOException {
        publication(2000).write(folder);
        JsonNode json = new ObjectMapper().readTree(folder.resolve("tls.json").toFile());
        assertThat(json.at("/load").asText()).isEqualTo("a library");
        assertThat(json.at("/deliveries/figures")).hasSize(12);
        assertThat(json.at("/connections/figures")).hasSize(8);
        assertThat(json.at("/connections/figures/1/security").asText()).isEqualTo("TLS");
        assertThat(List.of("tls-cost.png", "tls-p99.png", "tls-connections.png"))
                .allSatisfy(file -> assertThat(folder.resolve(file)).exists());
    }

    @Test
    void updatesADocument() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "before\n<!-- tls:begin -->\n<!-- tls:end -->\nafter\n");
        publication(2000).update(page);
        assertThat(page)
                .content()
                .startsWith("before\n")
                .endsWith("after\n")
                .contains("| magpie-wss | w=4 | 3.500 (3.000–4.000) |", "](img/tls-cost.png)")
                .contains("| magpie-wss | TLS 1.2 |", "](img/tls-connections.png)")
                .contains("- TLS of the load: a library");
        assertThat(folder.resolve("img/tls-connections.png")).exists();
    }

    @Test
    void leavesOutWhatWasNotWanted() {
        TlsPublication publication = new TlsPublication(
                Samples.surroundings(),
                "a library",
                new Results(List.of(), List.of()),
                publication(2000).connections());
        assertThat(publication.text()).doesNotContain("Deliveries");
        assertThat(publication.markdown())
                .doesNotContain("Deliveries", "tls-cost")
                .contains("Connections");
    }

    /** Two rounds, in which so many of 2,000 connections were resumed where they should. */
    private static TlsPublication publication(int resumed) {
        List<Figures> deliveries = new ArrayList<>();
        List<HandshakeFigures> connections = new ArrayList<>();
        for (int round = 1; round <= 2; round++) {
            for (Level level : Scenario.TLS.levels()) {
                deliveries.add(Samples.figures(Scenario.TLS, "magpie-epoll", level, round, 2));
                double cost = level.equals(FOUR) ? 2 + round : 5;
                deliveries.add(Samples.figures(Scenario.TLS, "magpie-wss", level, round, cost));
            }
            double base = 80 + 20 * round;
            connections.add(
                    new HandshakeFigures("magpie-epoll", Security.NONE, round, 2000, 0, "", base, 0.1, 0.5, 0.5));
            connections.add(connections(Security.TLS, round, 4 * base, 0));
            connections.add(connections(Security.RESUMED, round, 2 * base, resumed));
            connections.add(connections(Security.OLD, round, 3 * base, 0));
        }
        return new TlsPublication(
                Samples.surroundings(),
                "a library",
                new Results(deliveries, List.of()),
                new HandshakeResults(connections, List.of()));
    }

    private static HandshakeFigures connections(Security security, int round, double cpuMicros, int resumed) {
        return new HandshakeFigures("magpie-wss", security, round, 2000, resumed, "a cipher", cpuMicros, 0.4, 0.6, 0.5);
    }
}
