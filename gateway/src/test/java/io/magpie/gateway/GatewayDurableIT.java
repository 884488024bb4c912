package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients find after the gateway was stopped and started again on its directory. */
class GatewayDurableIT {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol: magpie.v1.json";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "process"})
    void continuesWhereItStopped(String durability) throws IOException {
        Event.Accepted last = null;
        try (Gateway gateway = gateway("log.durability=" + durability);
                RawClient client = client(gateway.start().open())) {
            say(client, "{\"type\":\"join\",\"id\":1,\"room\":\"r\"}");
            for (int i = 0; i < 300; i++) {
                say(client, "{\"type\":\"send\",\"id\":2,\"room\":\"r\",\"data\":" + i + "}");
                last = client.event(Encoding.JSON, Event.Accepted.class);
            }
        }
        assertThat(last.position().seq()).isEqualTo(300);
        String epoch = last.position().epoch();
        try (Gateway gateway = gateway("log.durability=" + durability);
                RawClient client = client(gateway.start().open())) {
            say(
                    client,
                    "{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"since\":{\"epoch\":\"" + epoch + "\",\"seq\":10}}");

            Event.Joined joined = client.event(Encoding.JSON, Event.Joined.class);
            assertThat(joined.state().recovered()).isTrue();
            assertThat(joined.state().head().seq()).isEqualTo(300);
            for (long seq = 11; seq <= 300; seq++) {
                Event.Delivered message = client.event(Encoding.JSON, Event.Delivered.class);
                assertThat(message.message().seq()).isEqualTo(seq);
                assertThat(new String(message.message().body().bytes(), java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo(Long.toString(seq - 1));
            }
            say(client, "{\"type\":\"send\",\"id\":3,\"room\":\"r\",\"data\":300}");
            assertThat(client.event(Encoding.JSON, Event.Delivered.class)
                            .message()
                            .seq())
                    .isEqualTo(301);
        }
    }

    @Test
    void tellsAForkAndAPositionAheadFromAContinuation() throws IOException {
        Event.Accepted last = null;
        try (Gateway gateway = gateway();
                RawClient client = client(gateway.start().open())) {
            say(client, "{\"type\":\"join\",\"id\":1,\"room\":\"r\"}");
            for (int i = 0; i < 100; i++) {
                say(client, "{\"type\":\"send\",\"id\":2,\"room\":\"r\",\"data\":1}");
                last = client.event(Encoding.JSON, Event.Accepted.class);
            }
        }
        String epoch = last.position().epoch();
        try (Gateway gateway = gateway();
                RawClient client = client(gateway.start().open())) {
            // Far behind what a room has in memory when it is opened.
            assertThat(joined(client, epoch, "5,\"at\":77").reason()).isEqualTo(Event.Unrecovered.FORK);
            assertThat(joined(client, epoch, "101").reason()).isEqualTo(Event.Unrecovered.AHEAD);
            assertThat(joined(client, "other", "5").reason()).isEqualTo(Event.Unrecovered.EPOCH);
            assertThat(joined(client, epoch, "100").recovered()).isTrue();
        }
    }

    @Test
    void refusesToShareItsDirectory() {
        try (Gateway gateway = gateway()) {
            gateway.start();
            assertThatThrownBy(this::gateway)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("used by another process");
        }
    }

    private static Event.RoomState joined(RawClient client, String epoch, String seq) throws IOException {
        say(
                client,
                "{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"since\":{\"epoch\":\"" + epoch + "\",\"seq\":" + seq
                        + "}}");
        return client.event(Encoding.JSON, Event.Joined.class).state();
    }

    private Gateway gateway(String... settings) {
        String[] disk = {"log.kind=disk", "log.directory=" + temp, "log.min-free=0", "transport.loops=2"};
        return new Gateway(TestConfig.onLoopback(
                java.util.stream.Stream.concat(java.util.Arrays.stream(disk), java.util.Arrays.stream(settings))
                        .toArray(String[]::new)));
    }

    private static RawClient client(InetSocketAddress server) throws IOException {
        RawClient client = RawClient.upgraded(server, "/ws", PROTOCOL);
        say(client, "{\"type\":\"connect\",\"id\":0}");
        client.event(Encoding.JSON, Event.Connected.class);
        return client;
    }

    private static void say(RawClient client, String envelope) throws IOException {
        client.send(ClientFrame.text(envelope));
    }
}
