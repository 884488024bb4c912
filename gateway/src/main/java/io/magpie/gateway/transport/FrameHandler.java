package io.magpie.gateway.transport;

import io.magpie.gateway.session.Session;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the whole messages of a connection's frames to its session, and turns every fault into the one close frame.
 * Stands right behind the frame decoder, and last.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FrameHandler extends ChannelInboundHandlerAdapter implements MessageReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

    private final ChannelConnection connection;
    private final Session session;
    private final MessageReader messages;
    private final FrameWatch watch;
    private final GatewayMetrics metrics;

    FrameHandler(
            ChannelConnection connection,
            Session session,
            MessageReader messages,
            FrameWatch watch,
            GatewayMetrics metrics) {
        this.connection = connection;
        this.session = session;
        this.messages = messages;
        this.watch = watch;
        this.metrics = metrics;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof WebSocketFrame frame) {
                connection.onRead();
                messages.check(frame);
                onFrame(ctx, frame);
            } else if (connection.open()) {
                connection.close(CloseCode.PROTOCOL_ERROR, "bytes outside of a frame");
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onFrame(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            connection.onPeerClose(close.statusCode() < 0 ? CloseFrames.NO_CODE : close.statusCode(), valid(close));
        } else if (!connection.open()) {
            return;
        } else if (frame instanceof PingWebSocketFrame ping) {
            if (watch.controlFrame()) {
                connection.onPing(ping.content());
            }
        } else if (frame instanceof PongWebSocketFrame) {
            watch.controlFrame();
        } else {
            messages.read(frame, ctx.alloc(), this);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        watch.readComplete(messages.gathering());
        ctx.fireChannelReadComplete();
    }

    @Override
    public void onMessage(boolean text, ByteBuf content) {
        watch.messageRead();
        metrics.frameIn(content.readableBytes());
        if (text) {
            session.onText(content);
        } else {
            session.onBinary(content);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        messages.end();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.onWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // The end of the encrypted stream is the end of the connection, whether TCP ends too or not.
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (broken(cause)) {
            // Resets are how phones leave, also in the middle of a message.
            LOG.debug("connection.broken connection={} cause={}", connection.id(), LogText.quote(cause.toString()));
            ctx.close();
        } else if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            connection.close(closeCode(corrupted), String.valueOf(corrupted.getMessage()));
        } else if (cause instanceof TooLongFrameException) {
            connection.close(CloseCode.TOO_BIG, "the message is too large");
        } else {
            LOG.error("connection.failed connection={}", connection.id(), cause);
            connection.close(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    /** Whether the way to the peer is broken, so that nothing more can be said to it. */
    private static boolean broken(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof PrematureChannelClosureException
                || cause.getCause() instanceof SSLException;
    }

    private static CloseCode closeCode(CorruptedWebSocketFrameException corrupted) {
        return switch (corrupted.closeStatus().code()) {
            case 1007 -> CloseCode.INVALID_DATA;
            case 1008 -> CloseCode.POLICY_VIOLATION;
            case 1009 -> CloseCode.TOO_BIG;
            default -> CloseCode.PROTOCOL_ERROR;
        };
    }

    /** Which codes may stand in a close frame (RFC 6455 section 7.4, and the IANA registry for 1012 to 1014). */
    private static boolean valid(CloseWebSocketFrame close) {
        int code = close.statusCode();
        return code < 0
                || (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }
}
