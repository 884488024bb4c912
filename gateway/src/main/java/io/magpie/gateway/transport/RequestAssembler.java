package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of each request and passes it on without its body, which nobody wants: the headers stay exactly as
 * they were sent, so that the upgrade can judge them. A body beyond the bound ends the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
class RequestAssembler extends ChannelInboundHandlerAdapter {
    static final int MAX_BODY = 64 * 1_024;

    private @Nullable HttpRequest request;
    private long body;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HttpObject part)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (part instanceof HttpRequest begun) {
            request = begun;
            body = 0;
        }
        if (part instanceof HttpContent content) {
            body += content.content().readableBytes();
        }
        ReferenceCountUtil.release(message);
        // Nothing follows what couldn't be parsed, so that is an end too.
        boolean last = part instanceof LastHttpContent || part.decoderResult().isFailure();
        if (body > MAX_BODY) {
            ctx.close();
        } else if (last && request != null) {
            HttpRequest whole = request;
            request = null;
            onRequest(ctx, withoutBody(whole, part.decoderResult()));
        }
    }

    /** A whole request came; it is passed on, unless a handler builds on this one and answers it. */
    void onRequest(ChannelHandlerContext ctx, FullHttpRequest whole) {
        ctx.fireChannelRead(whole);
    }

    private static FullHttpRequest withoutBody(HttpRequest request, DecoderResult result) {
        FullHttpRequest whole = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                EmptyHttpHeaders.INSTANCE);
        whole.setDecoderResult(result);
        return whole;
    }
}
