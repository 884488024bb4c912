package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of bad inputs in docs/security.md, row by row, against a running server on raw sockets: what comes back, the end of
 * the connection long before any time-out for decent clients, and a client that does nothing wrong and notices nothing.
 * {@link GatewayBadInputIT} tries the same on all transports. {@code -Dmagpie.document=true} writes the table anew.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityDocumentIT {
    private static final Path DOCUMENT = Path.of("..", "docs", "security.md");
    private static final String BEGIN = "<!-- table: begin -->";
    private static final String END = "<!-- table: end -->";

    /** Far less than the time-outs that are set, so none of them ends a connection; much, for a slow machine. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> lines = new ArrayList<>();
    private Gateway gateway;
    private InetSocketAddress server;
    private RawClient canary;
    private int songs;

    @BeforeAll
    void start() throws IOException {
        gateway = new Gateway(TestConfig.onLoopback(
                "websocket.compression.enabled=true",
                "http.request-timeout=1m",
                "websocket.close-timeout=1m",
                "heartbeat.interval=5m",
                "heartbeat.idle-timeout=10m",
                "edge.hosts=chat.example",
                "edge.origins=https://chat.example"));
        server = gateway.start().open();
        canary = RawClient.upgraded(server, "/ws?room=canary");
    }

    @AfterAll
    void stop() throws IOException {
        canary.close();
        gateway.close();
        String table = "| input | answer |\n|---|---|\n" + String.join("\n", lines) + "\n";
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(BEGIN) + BEGIN.length() + 1;
        int to = document.indexOf(END);
        if (Boolean.getBoolean("magpie.document")) {
            Files.writeString(DOCUMENT, document.substring(0, from) + table + document.substring(to));
        } else {
            assertThat(document.substring(from, to))
                    .as("the table of docs/security.md; write it anew with -Dmagpie.document=true")
                    .isEqualTo(table);
        }
    }

    @AfterEach
    void theCanarySings() throws IOException {
        String song = "song " + ++songs;
        canary.send(ClientFrame.text(song));
        assertThat(canary.next().text()).isEqualTo(song);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isAnsweredAsTheTableSays(BadInput.Row row) throws IOException {
        try (RawClient client = row.client(server)) {
            long begun = System.nanoTime();
            row.send(client);

            assertThat(row.answer(client)).isEqualTo(row.expected());
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        }
        lines.add("| " + row.input() + " | " + row.expected() + " |");
    }

    static Stream<BadInput.Row> rows() {
        return BadInput.rows();
    }
}
