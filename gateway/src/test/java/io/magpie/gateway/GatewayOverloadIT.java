package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** So many slow readers that all of them together are too much, over real sockets. */
class GatewayOverloadIT {
    private static final int READERS = 8;

    @Test
    void newcomersAreRefusedAndTheSlowestGoUntilThereIsRoomAgain() throws Exception {
        try (Gateway gateway = new Gateway(TestConfig.onLoopback(
                "transport.loops=2",
                // However slow the machine is, nobody is pinged meanwhile.
                "heartbeat.interval=5m",
                "heartbeat.idle-timeout=10m",
                "overload.outbound=1MiB",
                "outbound.high-water-mark=512KiB",
                "outbound.stall-timeout=5m",
                "websocket.close-timeout=1s",
                "history.bytes=64MiB"))) {
            Addresses addresses = gateway.start();
            List<RawClient> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(RawClient.upgraded(addresses.open(), "/ws?room=loud"));
            }
            double shed;
            try (RawClient speaker = RawClient.upgraded(addresses.open(), "/ws?room=loud")) {
                String text = "x".repeat(15_000);
                Prometheus metrics = Prometheus.of(addresses);
                for (int i = 0; metrics.value("magpie_overload_shed_total") == 0 && i < 100; i++) {
                    for (int j = 0; j < 50; j++) {
                        speaker.send(ClientFrame.text(text));
                        assertThat(speaker.next().text()).hasSize(text.length());
                    }
                }

                assertThat(metrics.value("magpie_closes_total{code=\"4003\"}")).isPositive();
                metrics.seriesWhen(series -> series.contains("magpie_overloaded{reason=\"outbound\"} 0.0"));
                assertThat(open(addresses)).isEqualTo(101);
                shed = metrics.value("magpie_overload_shed_total");
                assertThat(shed).isBetween(1.0, READERS - 1.0);
                speaker.send(ClientFrame.text("fine"));
                assertThat(speaker.next().text()).isEqualTo("fine");
            }
            int stayed = 0;
            for (RawClient reader : readers) {
                stayed += stayed(reader) ? 1 : 0;
                reader.close();
            }
            assertThat(stayed).as("others are fed what they missed").isEqualTo(READERS - (int) shed);
        }
    }

    /** Whether a reader gets all that was said, or is told that it was let go, or cut off where it didn't hear that. */
    private static boolean stayed(RawClient reader) {
        try {
            Optional<ServerFrame> frame = reader.in().frame();
            while (frame.isPresent() && !frame.get().isClose()) {
                if (frame.get().text().equals("fine")) {
                    return true;
                }
                frame = reader.in().frame();
            }
            return false;
        } catch (IOException cut) {
            return false;
        }
    }

    private static int open(Addresses addresses) throws IOException {
        try (RawClient newcomer = new RawClient(addresses.open())) {
            HttpReply reply = newcomer.ask(RawRequest.upgrade("/ws"));
            return reply.status();
        }
    }
}
