package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/** Netty's decoder, which also tells whether it is in the middle of a frame. */
@OwnedBy(Owner.EVENT_LOOP)
final class FrameDecoder extends WebSocket13FrameDecoder {
    private boolean midFrame;

    FrameDecoder(WebSocketDecoderConfig config) {
        super(config);
    }

    /** Whether a part of a frame has come and the rest hasn't. */
    boolean midFrame() {
        return midFrame;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decode(ctx, in, out);
        // Called again as long as there are bytes: the last call says how it stands.
        midFrame = out.isEmpty();
    }
}
