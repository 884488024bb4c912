package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Refuses frames that the decoder lets pass: reserved bits that nobody negotiated, and messages in too many fragments.
 * Stands right behind the frame decoder, before the inflater.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class FrameGuard extends ChannelInboundHandlerAdapter {
    private static final int RSV1 = 4;

    private final ChannelConnection connection;
    private final boolean deflate;
    private final int maxFragments;
    private int fragments;

    /** @param deflate whether permessage-deflate was negotiated */
    FrameGuard(ChannelConnection connection, boolean deflate, int maxFragments) {
        this.connection = connection;
        this.deflate = deflate;
        this.maxFragments = maxFragments;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame) {
            connection.onRead();
            checkReservedBits(frame);
            countFragments(frame);
        }
        ctx.fireChannelRead(message);
    }

    private void checkReservedBits(WebSocketFrame frame) {
        boolean begins = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        int allowed = deflate && begins ? RSV1 : 0;
        if ((frame.rsv() & ~allowed) != 0) {
            frame.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR, "a reserved bit is set that was not negotiated");
        }
    }

    private void countFragments(WebSocketFrame frame) {
        if (frame instanceof ContinuationWebSocketFrame) {
            fragments++;
        } else if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            fragments = 1;
        }
        if (fragments > maxFragments) {
            frame.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.POLICY_VIOLATION, "a message has more than " + maxFragments + " fragments");
        }
    }
}
