package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of each request and passes it on with no more of its body than somebody wants: the headers stay exactly
 * as they were sent, so that the upgrade can judge them. A body beyond the bound ends the connection.
 */
@OwnedBy(Owner.EVENT_LOOP)
class RequestAssembler extends ChannelInboundHandlerAdapter {
    static final int MAX_BODY = 64 * 1_024;

    private final int wanted;
    private @Nullable HttpRequest request;
    private long body;

    /** What is kept of the body; null if nothing is. On the heap and for the collector, so that nobody has to release it. */
    private @Nullable ByteArrayOutputStream kept;

    /** Keeps no bodies. */
    RequestAssembler() {
        this(0);
    }

    /** @param wanted bytes of a body that are passed on, and one more of a larger one; 0: none */
    RequestAssembler(int wanted) {
        this.wanted = wanted;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HttpObject part)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (part instanceof HttpRequest begun) {
            request = begun;
            body = 0;
            kept = null;
        }
        if (part instanceof HttpContent content) {
            keep(content.content());
            body += content.content().readableBytes();
        }
        ReferenceCountUtil.release(message);
        // Nothing follows what couldn't be parsed, so that is an end too.
        boolean last = part instanceof LastHttpContent || part.decoderResult().isFailure();
        if (body > MAX_BODY) {
            ctx.close();
        } else if (last && request != null) {
            HttpRequest whole = request;
            ByteBuf content = kept == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(kept.toByteArray());
            request = null;
            kept = null;
            onRequest(ctx, whole(whole, content, part.decoderResult()));
        }
    }

    private void keep(ByteBuf part) {
        if (wanted == 0 || !part.isReadable()) {
            return;
        }
        if (kept == null) {
            kept = new ByteArrayOutputStream();
        }
        int more = Math.min(part.readableBytes(), wanted + 1 - kept.size());
        kept.writeBytes(ByteBufUtil.getBytes(part, part.readerIndex(), more));
    }

    /** A whole request came; it is passed on, unless a handler builds on this one and answers it. */
    void onRequest(ChannelHandlerContext ctx, FullHttpRequest whole) {
        ctx.fireChannelRead(whole);
    }

    private static FullHttpRequest whole(HttpRequest request, ByteBuf content, DecoderResult result) {
        FullHttpRequest whole = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                content,
                request.headers(),
                EmptyHttpHeaders.INSTANCE);
        whole.setDecoderResult(result);
        return whole;
    }
}
