package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.support.GatewayMetrics.UpgradeOutcome;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a good request to upgrade into a WebSocket connection and answers all other requests. It is the last handler
 * until then, and leaves with the upgrade. A client that sends no whole request in time is closed.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class UpgradeGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(UpgradeGate.class);

    private final ConnectionPipeline pipeline;
    private final TransportLoop home;
    private final Wiring wiring;
    private final HttpResponder responder;
    private long answeredAt;
    private boolean upgrading;
    private boolean earlyData;

    UpgradeGate(ConnectionPipeline pipeline, TransportLoop home, Wiring wiring) {
        this.pipeline = pipeline;
        this.home = home;
        this.wiring = wiring;
        this.responder = new HttpResponder(wiring.site());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long limit = LoopWheel.ticks(wiring.config().http().requestTimeout());
        answeredAt = home.wheel().now();
        home.wheel().add(now -> onTick(ctx, now, limit), wiring.config().http().requestTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (upgrading) {
                // Bytes that came in one packet with the request: a client must wait for the answer first.
                earlyData = true;
            } else if (message instanceof FullHttpRequest request) {
                onRequest(ctx, request);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("http.broken remote={} cause={}", ctx.channel().remoteAddress(), cause.toString());
        } else {
            LOG.error("http.failed remote={}", ctx.channel().remoteAddress(), cause);
        }
        ctx.close();
    }

    private void onRequest(ChannelHandlerContext ctx, FullHttpRequest request) {
        answeredAt = home.wheel().now();
        if (!ctx.channel().isWritable()) {
            // Asks faster than it reads: answers would pile up.
            ctx.close();
            return;
        }
        if (request.decoderResult().isFailure() || !UpgradeRequest.wanted(request)) {
            responder.respond(ctx, request);
            return;
        }
        UpgradeRequest verdict = UpgradeRequest.check(
                request, wiring.config().websocket().compression().enabled());
        if (verdict instanceof UpgradeRequest.Refused refused) {
            refuse(ctx, request, refused.outcome(), refused.answer());
        } else if (!wiring.admission().enter()) {
            HttpAnswer full =
                    HttpAnswer.error(503, "over_capacity", "no more connections are taken here, try again later");
            refuse(ctx, request, UpgradeOutcome.OVER_CAPACITY, full.with("Retry-After", "5"));
        } else if (verdict instanceof UpgradeRequest.Accepted accepted) {
            ctx.channel().closeFuture().addListener(closed -> wiring.admission().leave());
            upgrade(ctx, request, accepted);
        }
    }

    private void refuse(ChannelHandlerContext ctx, FullHttpRequest request, UpgradeOutcome outcome, HttpAnswer answer) {
        wiring.metrics().upgrade(outcome);
        HttpResponder.write(ctx, request, answer.with("Connection", "close"));
    }

    private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request, UpgradeRequest.Accepted accepted) {
        upgrading = true;
        String protocol = accepted.handshake().encoding().subProtocol();
        HttpHeaders headers = new DefaultHttpHeaders();
        accepted.deflate().ifPresent(offer -> headers.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, offer.answer()));
        // Named here, since the handshaker would look at the first header line only.
        if (!protocol.isEmpty()) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        new WebSocketServerHandshaker13("", null, pipeline.frameDecoder())
                .handshake(ctx.channel(), request, headers, ctx.channel().newPromise())
                .addListener((ChannelFutureListener) done -> onUpgraded(ctx, accepted, done.cause()));
    }

    private void onUpgraded(ChannelHandlerContext ctx, UpgradeRequest.Accepted accepted, @Nullable Throwable failure) {
        if (failure != null) {
            ctx.close();
            return;
        }
        try {
            install(ctx, accepted);
        } catch (RuntimeException e) {
            // Thrown into a future's listener it would only be logged, and the socket would hang.
            LOG.error("upgrade.failed remote={}", ctx.channel().remoteAddress(), e);
            ctx.close();
        }
    }

    private void install(ChannelHandlerContext ctx, UpgradeRequest.Accepted accepted) {
        wiring.metrics().upgrade(earlyData ? UpgradeOutcome.EARLY_DATA : UpgradeOutcome.ACCEPTED);
        ChannelConnection connection = pipeline.installWebSocket(ctx.channel(), home, accepted);
        ctx.pipeline().remove(this);
        if (earlyData) {
            connection.close(CloseCode.PROTOCOL_ERROR, "frames came before the upgrade was answered");
        }
    }

    /** The deadline for the next whole request, counted from the connection's begin or the last answer. */
    private long onTick(ChannelHandlerContext ctx, long now, long limit) {
        if (upgrading || !ctx.channel().isActive()) {
            return 0;
        }
        if (now - answeredAt >= limit) {
            ctx.close();
            return 0;
        }
        return limit - (now - answeredAt);
    }
}
