package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
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
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of each request and passes it on with no more of its body than somebody wants: the headers stay as the
 * decoder gives them, so that the upgrade can judge them. What can't be parsed, or is refused whatever it wants, is passed
 * on at once as a failure, and all that follows is dropped. Who asks whether a body may come is told.
 */
@OwnedBy(Owner.EVENT_LOOP)
class RequestAssembler extends ChannelInboundHandlerAdapter {
    /** Bytes of a body that may come though nobody wants so many. */
    static final int MAX_BODY = 64 * 1_024;

    private static final DecoderResult UNSERVED =
            refused(HttpAnswer.error(405, "method_not_allowed", "CONNECT and TRACE aren't served")
                    .with("Allow", "GET, HEAD, POST"));

    private static final DecoderResult AMBIGUOUS =
            refused(HttpAnswer.error(400, "bad_request", "Transfer-Encoding may only be chunked"));

    /** A draft of WebSocket whose request has a body without saying so: Netty reads it, and nobody else. */
    private static final DecoderResult HIXIE =
            refused(HttpAnswer.error(400, "bad_request", "Sec-WebSocket-Key1 isn't served"));

    private static final DecoderResult ENCODED =
            refused(HttpAnswer.error(415, "unsupported_media_type", "send the body without Content-Encoding")
                    .with("Accept-Encoding", "identity"));

    private final int wanted;
    private final int most;
    private @Nullable HttpRequest request;
    private long body;

    /** What is kept of the body; null if nothing is. On the heap and for the collector, so that nobody has to release it. */
    private @Nullable ByteArrayOutputStream kept;

    /** All that follows is dropped. */
    private boolean over;

    /** Keeps no bodies. */
    RequestAssembler() {
        this(0);
    }

    /** @param wanted bytes of a body that are passed on, and one more of a larger one; 0: none */
    RequestAssembler(int wanted) {
        this.wanted = wanted;
        this.most = Math.max(wanted, MAX_BODY);
    }

    private static DecoderResult refused(HttpAnswer answer) {
        return DecoderResult.failure(new RefusedRequestException(answer));
    }

    private DecoderResult tooLarge() {
        return refused(HttpAnswer.error(413, "too_large", "a body has at most " + most + " bytes"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HttpObject part)) {
            ctx.fireChannelRead(message);
            return;
        }
        DecoderResult result = part.decoderResult();
        if (part instanceof HttpRequest begun && !over) {
            request = begun;
            body = 0;
            kept = null;
            result = result.isSuccess() ? judge(ctx, begun) : result;
        }
        if (part instanceof HttpContent content && request != null) {
            keep(content.content());
            body += content.content().readableBytes();
            result = body > most ? tooLarge() : result;
        }
        ReferenceCountUtil.release(message);
        if (request != null && (part instanceof LastHttpContent || result.isFailure())) {
            HttpRequest whole = request;
            ByteBuf content = kept == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(kept.toByteArray());
            request = null;
            kept = null;
            over |= result.isFailure();
            onRequest(ctx, whole(whole, content, result));
        }
    }

    /** Looks at a request whose body hasn't come, if it has one. */
    private DecoderResult judge(ChannelHandlerContext ctx, HttpRequest begun) {
        HttpHeaders headers = begun.headers();
        boolean encoded = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        long length = headers.contains(HttpHeaderNames.CONTENT_LENGTH) ? HttpUtil.getContentLength(begun, 0L) : 0;
        if (begun.method().equals(HttpMethod.CONNECT) || begun.method().equals(HttpMethod.TRACE)) {
            return UNSERVED;
        } else if (encoded && UpgradeHeaders.of(headers).ambiguous()) {
            return AMBIGUOUS;
        } else if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY1)) {
            return HIXIE;
        } else if (length > most) {
            return tooLarge();
        } else if (encoded || length > 0) {
            return judgeBody(ctx, begun);
        }
        return begun.decoderResult();
    }

    private DecoderResult judgeBody(ChannelHandlerContext ctx, HttpRequest begun) {
        List<String> codings = begun.headers().getAll(HttpHeaderNames.CONTENT_ENCODING);
        if (!codings.stream().allMatch("identity"::equalsIgnoreCase)) {
            return ENCODED;
        }
        if (HttpUtil.is100ContinueExpected(begun) && mayTell()) {
            ctx.writeAndFlush(Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));
        }
        return begun.decoderResult();
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

    /** Whether something written now would be taken for an answer to the newest request. Who isn't told sends after a while. */
    boolean mayTell() {
        return true;
    }

    /** Nothing that follows is heard: the connection ends. */
    final void drop() {
        over = true;
        request = null;
        kept = null;
    }

    /** Whether nothing that follows is heard. */
    final boolean dropping() {
        return over;
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
