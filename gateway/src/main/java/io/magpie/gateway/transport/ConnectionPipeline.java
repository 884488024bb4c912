package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.session.Session;
import io.magpie.gateway.support.GatewayMetrics.RefusedPeer;
import io.magpie.protocol.Encoding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The two pipelines of a public connection, each in one method: before the upgrade and after it. Immutable. */
final class ConnectionPipeline {
    /** Bytes of what a PROXY header of version 2 may say beyond the addresses. */
    private static final int MAX_PROXY_EXTRAS = 536;

    private final Wiring wiring;
    private final HttpResponder responder;
    private final UpgradeRequest.Terms terms;
    private final ClientAddress addresses;
    private final ChannelFutureListener leaving;
    private final Runnable hello;
    private final WebSocketDecoderConfig frames;

    ConnectionPipeline(Wiring wiring) {
        this.wiring = wiring;
        Visitors visitors = new Visitors(wiring.config().edge());
        this.responder = new HttpResponder(wiring.site(), visitors, false, wiring.metrics()::refusedRequest);
        this.terms = new UpgradeRequest.Terms(
                wiring.config().websocket().compression().enabled(),
                wiring.config().auth().tokenInQuery(),
                visitors);
        this.addresses = new ClientAddress(wiring.config().edge());
        this.hello = () -> wiring.metrics().refused(RefusedPeer.TLS_HELLO);
        this.leaving = closed -> wiring.admission().leave();
        this.frames = frames(wiring.config().websocket());
    }

    /** What a new connection has: HTTP, and the gate that upgrades it. */
    void installHttp(Channel channel, TransportLoop home) {
        ChannelPipeline pipeline = channel.pipeline();
        UpgradeGate gate = new UpgradeGate(this, home, wiring);
        // Answers plain requests, refuses bad upgrades, and on a good one calls installWebSocket and leaves.
        pipeline.addLast(gate);
        if (!channel.isOpen()) {
            // It was refused, and shall cost no more.
            return;
        }
        // Parses requests; leaves when the connection is upgraded. Answers are written as bytes.
        pipeline.addFirst(new RequestDecoder(hello));
        if (wiring.tls() != null) {
            // What is written from behind it leaves encrypted. Stays.
            pipeline.addFirst(wiring.tls().handler(channel.alloc()));
        }
        if (wiring.config().edge().proxyProtocol()) {
            // Tells the gate who is behind the proxy, and leaves.
            pipeline.addFirst(new ProxyHeader(gate, home.wheel()));
            // Parses the PROXY header, whole or not at all, and leaves.
            pipeline.addFirst(new HAProxyMessageDecoder(MAX_PROXY_EXTRAS, true));
        }
    }

    /** Who is behind a connection. */
    ClientAddress addresses() {
        return addresses;
    }

    /** What a request to upgrade may ask for. */
    UpgradeRequest.Terms terms() {
        return terms;
    }

    /** Answers those who don't upgrade. */
    HttpResponder responder() {
        return responder;
    }

    /** Gives the place of a connection back when it ends. */
    ChannelFutureListener leaving() {
        return leaving;
    }

    private static WebSocketDecoderConfig frames(GatewayConfig.WebSocket config) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(config.maxMessage().intBytes())
                // The message reader judges reserved bits, since only it knows what was negotiated.
                .allowExtensions(config.compression().enabled())
                // One close frame, and it is written by the connection.
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
    }

    /** What an upgraded connection has, behind the gate, which leaves. Nothing of it encodes: frames leave as bytes. */
    ChannelConnection installWebSocket(
            Channel channel, TransportLoop home, UpgradeRequest.Accepted upgrade, @Nullable InetAddress client) {
        ChannelPipeline pipeline = channel.pipeline();
        GatewayConfig.WebSocket config = wiring.config().websocket();
        // Bytes into frames.
        FrameDecoder decoder = new FrameDecoder(frames);
        pipeline.addLast(decoder);
        // Bytes written from the first handler's context go straight to the socket.
        ChannelHandlerContext toSocket = pipeline.lastContext();
        boolean deflate = upgrade.deflate().isPresent();
        Encoding encoding = upgrade.handshake().encoding();
        FrameFormat format = upgrade.deflate()
                .map(offer -> FrameFormat.deflated(encoding, offer.windowBits()))
                .orElseGet(() -> FrameFormat.of(encoding));
        ChannelConnection connection = new ChannelConnection(wiring.ids().get(), format, home, toSocket, wiring);
        Session session = wiring.sessions().open(connection, upgrade.handshake().of(client));
        MessageReader messages = new MessageReader(
                deflate ? new MessageInflater(new InflateBudget(wiring.config(), home.wheel())) : null,
                config.maxFragments(),
                config.maxMessage().intBytes());
        // Whole messages to the session, and all faults to the one close frame.
        FrameWatch watch = new FrameWatch(wiring.config().edge(), home.wheel(), decoder, connection);
        pipeline.addLast(new FrameHandler(connection, session, messages, watch, wiring.metrics()));
        connection.open(session);
        return connection;
    }
}
