package io.magpie.gateway.transport;

import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.http.PublicSite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an {@link AsyncSite} and writes its answer. Immutable; used on event loops. */
final class HttpResponder {
    private static final Logger LOG = LoggerFactory.getLogger(HttpResponder.class);

    private final AsyncSite site;
    private final Visitors visitors;

    HttpResponder(AsyncSite site, Visitors visitors) {
        this.site = site;
        this.visitors = visitors;
    }

    /**
     * Answers a request that is no upgrade, now or later. The request stays the caller's; nothing of it may need to be
     * released.
     *
     * @param headers of the request
     * @param client who asks; null if that isn't known
     * @param then called on the loop when the answer is written, or nobody is there to read it
     */
    void respond(
            ChannelHandlerContext ctx,
            FullHttpRequest request,
            UpgradeHeaders headers,
            @Nullable InetAddress client,
            Runnable then) {
        Optional<HttpAnswer> fault = fault(request, headers);
        if (fault.isPresent()) {
            write(ctx, request, fault.get().with("Connection", "close"));
            then.run();
        } else {
            site.answer(
                    question(request, client),
                    answer -> onLoop(ctx, () -> {
                        if (ctx.channel().isActive()) {
                            write(ctx, request, answer);
                        }
                        then.run();
                    }));
        }
    }

    private static void onLoop(ChannelHandlerContext ctx, Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
            return;
        }
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it.
            LOG.debug("http.answer-late");
        }
    }

    /** Why a request isn't for the site, if it isn't. */
    private Optional<HttpAnswer> fault(FullHttpRequest request, UpgradeHeaders headers) {
        DecoderResult decoded = request.decoderResult();
        if (decoded.isFailure()) {
            return Optional.of(malformed(decoded.cause()));
        }
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1 || version.minorVersion() > 1) {
            return Optional.of(HttpAnswer.error(505, "http_version", "use HTTP/1.1"));
        }
        if (!request.uri().startsWith("/")) {
            return Optional.of(HttpAnswer.error(400, "bad_request", "the request target must be a path"));
        }
        // HTTP/1.0 knows no Host (RFC 9112 section 3.2).
        int least = version.minorVersion();
        if (headers.hosts() < least || headers.hosts() > 1) {
            return Optional.of(HttpAnswer.error(400, "bad_request", "exactly one Host header is needed"));
        }
        // Those who check whether it lives know its address, not its name.
        return visitors.serves(headers.host()) || path(request).equals(PublicSite.HEALTH)
                ? Optional.empty()
                : Optional.of(Visitors.misdirected());
    }

    private static String path(FullHttpRequest request) {
        return new QueryStringDecoder(request.uri()).rawPath();
    }

    /** Writes one answer on a pipeline that encodes. The request stays the caller's. */
    static void answer(ChannelHandlerContext ctx, FullHttpRequest request, HttpAnswer answer) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(request.method().equals(HttpMethod.HEAD) ? new byte[0] : answer.body()));
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        answer.headers().forEach(headers::set);
        boolean ends = !HttpUtil.isKeepAlive(request) || request.decoderResult().isFailure();
        if (ends) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = ctx.writeAndFlush(response);
        if (ends) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Writes one answer, and ends the connection after it if the answer or the client says {@code close}. */
    static void write(ChannelHandlerContext ctx, FullHttpRequest request, HttpAnswer answer) {
        // Checks names and values, so that no answer can be made two.
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        answer.headers().forEach(headers::set);
        if (!HttpUtil.isKeepAlive(request)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ByteBuf bytes = ctx.alloc().buffer();
        bytes.writeCharSequence(
                "HTTP/1.1 " + HttpResponseStatus.valueOf(answer.status()) + "\r\n", StandardCharsets.US_ASCII);
        headers.forEach(header -> bytes.writeCharSequence(
                header.getKey() + ": " + header.getValue() + "\r\n", StandardCharsets.US_ASCII));
        bytes.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
        if (!request.method().equals(HttpMethod.HEAD)) {
            bytes.writeBytes(answer.body());
        }
        ChannelFuture written = ctx.writeAndFlush(bytes);
        if (headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** What to say to a request that can't be parsed. */
    static HttpAnswer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.error(414, "uri_too_long", "the request line is too long");
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpAnswer.error(431, "headers_too_large", "the headers are too large")
                : HttpAnswer.error(400, "bad_request", "this is not an HTTP/1.1 request");
    }

    private static HttpQuestion question(FullHttpRequest request, @Nullable InetAddress client) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : new String[] {"accept", "origin", "referer"}) {
            String value = request.headers().get(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new HttpQuestion(
                request.method().name(),
                path(request),
                headers,
                Map.of(),
                ByteBufUtil.getBytes(request.content()),
                client == null ? "" : client.getHostAddress());
    }
}
