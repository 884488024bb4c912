package io.magpie.gateway.transport;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.session.Session;
import io.magpie.protocol.Encoding;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.Objects;

/** The two pipelines of a public connection, each in one method: before the upgrade and after it. Immutable. */
final class ConnectionPipeline {
    static final String FRAME_DECODER = "wsdecoder";
    static final String FRAME_ENCODER = "wsencoder";

    private static final int MAX_LINE = 4_096;
    private static final int MAX_HEADERS = 8_192;

    private final Wiring wiring;

    ConnectionPipeline(Wiring wiring) {
        this.wiring = wiring;
    }

    /** What a new connection has: HTTP, and the gate that upgrades it. */
    void installHttp(Channel channel, TransportLoop home) {
        ChannelPipeline pipeline = channel.pipeline();
        // Parses requests and writes answers; leaves when the connection is upgraded.
        pipeline.addLast(new HttpServerCodec(
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS)));
        // Closes after the answer where the client wants that.
        pipeline.addLast(new HttpServerKeepAliveHandler());
        // One whole request at a time, without its body.
        pipeline.addLast(new RequestAssembler());
        // Answers plain requests, refuses bad upgrades, and on a good one calls installWebSocket and leaves.
        pipeline.addLast(new UpgradeGate(this, home, wiring));
    }

    /** How the decoder that the handshake installs reads frames. */
    WebSocketDecoderConfig frameDecoder() {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(wiring.config().websocket().maxMessage().intBytes())
                // The frame guard judges reserved bits, since only it knows what was negotiated.
                .allowExtensions(wiring.config().websocket().compression().enabled())
                // One close frame, and it is written by the connection.
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
    }

    /** What an upgraded connection has. The handshake has put the frame decoder first and taken HTTP away. */
    ChannelConnection installWebSocket(Channel channel, TransportLoop home, UpgradeRequest.Accepted upgrade) {
        ChannelPipeline pipeline = channel.pipeline();
        GatewayConfig.WebSocket config = wiring.config().websocket();
        // Frames leave as finished bytes, so nothing is encoded on the way out.
        pipeline.remove(FRAME_ENCODER);
        pipeline.remove(HttpServerKeepAliveHandler.class);
        pipeline.remove(RequestAssembler.class);
        // Bytes written from the first handler's context go straight to the socket.
        ChannelHandlerContext toSocket = Objects.requireNonNull(pipeline.context(FRAME_DECODER));
        boolean deflate = upgrade.deflate().isPresent();
        Encoding encoding = upgrade.handshake().encoding();
        FrameFormat format = upgrade.deflate()
                .map(offer -> FrameFormat.deflated(encoding, offer.windowBits()))
                .orElseGet(() -> FrameFormat.of(encoding));
        ChannelConnection connection = new ChannelConnection(wiring.ids().get(), format, home, toSocket, wiring);
        Session session = wiring.sessions().open(connection, upgrade.handshake());
        MessageReader messages = new MessageReader(
                deflate ? inflater(config) : null,
                config.maxFragments(),
                config.maxMessage().intBytes());
        // Whole messages to the session, and all faults to the one close frame.
        pipeline.addLast(new FrameHandler(connection, session, messages, wiring.metrics()));
        connection.open(session);
        return connection;
    }

    private static MessageInflater inflater(GatewayConfig.WebSocket config) {
        return new MessageInflater(Math.min(
                config.maxMessage().intBytes(),
                config.compression().maxInflated().intBytes()));
    }
}
