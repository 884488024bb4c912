package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.magpie.bench.GatewayScript;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Small measurements over ws and wss: everything arrives, sessions are resumed, and there are figures of everybody. */
class TlsIT {
    private static final String HOME = "magpie.home";
    private static final int CONNECTS = 100;

    private final StringWriter messages = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeScript() throws IOException {
        GatewayScript.write(folder);
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void forgetScript() {
        System.clearProperty(HOME);
    }

    @Test
    void measuresTheGateway() throws IOException {
        JsonNode report = run("magpie-epoll,magpie-wss-jdk");
        everythingArrives(report, List.of("magpie-epoll", "magpie-wss-jdk"));
        sessionsAreResumedWhereTheyShould(report, "magpie-wss-jdk");
    }

    @Test
    void measuresAServerThatIsComparedWithIt() throws IOException {
        JsonNode report = run("stock,stock-wss");
        everythingArrives(report, List.of("stock", "stock-wss"));
        sessionsAreResumedWhereTheyShould(report, "stock-wss");
        assertThat(folder.resolve("tls-cost.png")).exists();
    }

    private static void everythingArrives(JsonNode report, List<String> servers) {
        JsonNode figures = report.at("/deliveries/figures");
        assertThat(figures)
                .hasSize(servers.size() * Scenario.TLS.levels().size())
                .allSatisfy(one -> {
                    assertThat(servers).contains(one.at("/contestant/server").asText());
                    assertThat(one.path("deliveries").asLong()).isPositive();
                    assertThat(one.path("undelivered").asInt()).isZero();
                    assertThat(one.path("faults").asInt()).isZero();
                    assertThat(one.path("p99Millis").asDouble()).isPositive();
                });
    }

    private static void sessionsAreResumedWhereTheyShould(JsonNode report, String secure) {
        JsonNode figures = report.at("/connections/figures");
        assertThat(figures).hasSize(4).allSatisfy(one -> {
            boolean tls = one.path("server").asText().equals(secure);
            String security = one.path("security").asText();
            assertThat(one.path("connects").asInt()).isEqualTo(CONNECTS);
            assertThat(one.path("millisEach").asDouble()).isPositive();
            assertThat(one.path("cipher").asText())
                    .startsWith(!tls ? "" : security.equals("OLD") ? "TLSv1.2 TLS_ECDHE_ECDSA" : "TLSv1.3 TLS_");
            if (security.equals("RESUMED")) {
                assertThat(one.path("resumed").asInt())
                        .isGreaterThan(CONNECTS / 2)
                        .isLessThan(CONNECTS);
            } else {
                assertThat(one.path("resumed").asInt()).isZero();
            }
        });
    }

    private JsonNode run(String servers) throws IOException {
        // This JVM has other tests to run, on any processor.
        int exit = new CommandLine(new TlsCommand())
                .setOut(new PrintWriter(messages))
                .setErr(new PrintWriter(messages))
                .execute(
                        "--servers=" + servers,
                        "--members=20",
                        "--rounds=1",
                        "--seconds=1",
                        "--warmup=300ms",
                        "--connects=" + CONNECTS,
                        "--connect-warmup=0",
                        "--out=" + folder,
                        "--load-cpu=-1",
                        "--server-cpu=-1");
        assertThat(exit).as(messages.toString()).isZero();
        return new ObjectMapper().readTree(folder.resolve("tls.json").toFile());
    }
}
