package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.Frames;
import io.magpie.gateway.http.PublicSite;
import io.magpie.gateway.session.Clients;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.session.Session;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.List;

/** A server on the production pipeline whose sessions send back every message as it came. */
final class AutobahnEcho implements AutoCloseable {
    private final Server server;
    private final InetSocketAddress address;

    private AutobahnEcho(GatewayConfig config) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        GatewayMetrics metrics = new GatewayMetrics(registry);
        Overload overload = new Overload(config.overload(), 1 << 30, registry);
        server = new Server(
                IoTransport.of(config.transport().kind()), 1, config.outbound().stallTimeout(), metrics, overload);
        Wiring wiring = new Wiring(
                config,
                metrics,
                Echo::new,
                new PublicSite("0", List.of("*")),
                new Admission(config.limits().connections()),
                new Admission(config.limits().newcomers()),
                new AddressLimits(config.edge(), System::nanoTime),
                overload,
                null,
                () -> "echo");
        address = server.listen(config.listen(), wiring);
    }

    /** On a free port of the loopback interface. */
    static AutobahnEcho start(String... settings) {
        return new AutobahnEcho(TestConfig.onLoopback(settings));
    }

    int port() {
        return address.getPort();
    }

    @Override
    public void close() {
        server.close();
    }

    private record Echo(Connection connection, Handshake handshake) implements Session {
        @Override
        public void onOpen() {
            connection.activate();
        }

        @Override
        public void onText(ByteBuf payload) {
            echo(Frames.TEXT, payload);
        }

        @Override
        public void onBinary(ByteBuf payload) {
            echo(Frames.BINARY, payload);
        }

        @Override
        public Clients.Client describe() {
            return new Clients.Client(
                    connection.id(), new Sender(new UserId("autobahn"), null), null, null, null, "plain", 0);
        }

        @Override
        public void recheck() {}

        @Override
        public void onLeaving(long afterMillis, String reason) {}

        @Override
        public void onClosing(CloseCode code, String reason) {}

        @Override
        public void onClosed() {}

        private void echo(int opcode, ByteBuf payload) {
            ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(Frames.MAX_HEADER + payload.readableBytes());
            Frames.header(frame, opcode, false, payload.readableBytes());
            connection.send(frame.writeBytes(payload));
        }
    }
}
