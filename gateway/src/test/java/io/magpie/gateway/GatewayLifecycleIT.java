package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Starting, stopping, and what clients see of it. */
class GatewayLifecycleIT {
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void saysWhereItListensAndHow(IoKind kind) {
        try (Gateway gateway = gateway(kind, "transport.loops=3")) {
            Addresses addresses = gateway.start();

            assertThat(addresses.open().getPort()).isPositive();
            assertThat(addresses.transport()).isEqualTo(name(kind));
            assertThat(addresses.loops()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void saysGoodbyeToEverybodyWhenItStops(IoKind kind) throws Exception {
        Gateway gateway = gateway(kind);
        Addresses addresses = gateway.start();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(RawClient.upgraded(addresses.open(), "/ws", JSON));
            clients.add(RawClient.upgraded(addresses.open(), "/ws"));
        }
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);

        for (int i = 0; i < clients.size(); i += 2) {
            List<ServerFrame> envelope = clients.get(i).framesToEndAfterAnswering();
            assertThat(envelope).hasSize(2);
            assertThat(envelope.get(0).text()).contains("\"bye\"", "1012", "\"reconnect\":true");
            assertThat(envelope.get(1).closeCode()).isEqualTo(1012);
            assertThat(clients.get(i + 1).framesToEndAfterAnswering())
                    .singleElement()
                    .satisfies(close -> assertThat(close.closeCode()).isEqualTo(1012));
        }
        closed.get(60, TimeUnit.SECONDS);
        for (RawClient client : clients) {
            client.close();
        }
        assertThatThrownBy(() -> new RawClient(addresses.open())).isInstanceOf(ConnectException.class);
    }

    /** Three of five: where the machine is busy, one or two that are late say nothing, but none may hang. */
    @Test
    void stopsSoonWhenNobodyIsThere() {
        List<Duration> spans = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Gateway gateway = gateway(IoKind.NIO);
            gateway.start();
            long begun = System.nanoTime();
            gateway.close();
            spans.add(Duration.ofNanos(System.nanoTime() - begun));
        }
        assertThat(spans).allSatisfy(span -> assertThat(span).isLessThan(Duration.ofSeconds(20)));
        assertThat(spans.stream().sorted().toList().get(2)).as("of %s", spans).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void waitsForClientsThatDoNotAnswerButNotLong() throws IOException {
        Gateway gateway = gateway(IoKind.NIO, "websocket.close-timeout=1m");
        Addresses addresses = gateway.start();
        try (RawClient mute = RawClient.upgraded(addresses.open(), "/ws")) {
            long begun = System.nanoTime();
            gateway.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
            assertThat(mute.next().closeCode()).isEqualTo(1012);
            assertThat(mute.framesToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void refusesAPortThatAnotherGatewayHasAndSaysWhichKeyToChange(IoKind kind) {
        try (Gateway first = gateway(kind)) {
            int port = first.start().open().getPort();
            try (Gateway second = gateway(kind, "listen.port=" + port)) {
                assertThatThrownBy(second::start)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("can't listen on 127.0.0.1:" + port)
                        .hasMessageContaining("listen.port")
                        .hasMessageContaining("in use");
            }
        }
    }

    @Test
    void refusesAManagementPortThatIsTaken() {
        try (Gateway first = gateway(IoKind.NIO)) {
            int port = first.start().management().getPort();
            try (Gateway second = gateway(IoKind.NIO, "management.port=" + port)) {
                assertThatThrownBy(second::start)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("management.port");
            }
        }
    }

    @Test
    void worksWithoutAManagementPort() throws IOException {
        try (Gateway gateway = gateway(IoKind.NIO, "management.enabled=false")) {
            Addresses addresses = gateway.start();
            assertThat(addresses.management()).isNull();
            try (RawClient client = new RawClient(addresses.open())) {
                assertThat(client.ask(RawRequest.get("/health")).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void takesNoMoreConnectionsThanConfiguredAndOthersWhenSomeHaveLeft(IoKind kind) throws IOException {
        try (Gateway gateway = gateway(kind, "limits.connections=1", "transport.loops=1")) {
            Addresses addresses = gateway.start();
            try (RawClient first = RawClient.upgraded(addresses.open(), "/ws");
                    RawClient refused = new RawClient(addresses.open());
                    RawClient readiness = new RawClient(addresses.management())) {
                assertThat(refused.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(503);
                assertThat(readiness.ask(RawRequest.get("/health/ready")).status())
                        .isEqualTo(503);
                first.send(ClientFrame.close(1000, ""));
                first.framesToEnd();
            }
            try (RawClient next = RawClient.upgraded(addresses.open(), "/ws")) {
                next.send(ClientFrame.text("ping"));
                assertThat(next.next().text()).isEqualTo("pong");
            }
        }
    }

    private static Gateway gateway(IoKind kind, String... settings) {
        String[] all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 1, settings.length);
        all[0] = "transport.kind=" + name(kind);
        return new Gateway(TestConfig.onLoopback(all));
    }

    private static String name(IoKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
