package io.magpie.gateway.transport;

import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.http.PublicSite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
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
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an {@link AsyncSite} and writes its answer. Immutable; used on event loops. */
final class HttpResponder {
    private static final Logger LOG = LoggerFactory.getLogger(HttpResponder.class);

    /**
     * Ends our side of a connection whose client may be sending still: what isn't read when a socket is closed makes a reset,
     * which would take the answer away. The rest is read and dropped, until the client ends or its time is over. TLS can't
     * end half of a connection, and ends all of it.
     */
    private static final ChannelFutureListener HALF_CLOSE = HttpResponder::halfClose;

    private final AsyncSite site;
    private final Visitors visitors;
    private final boolean tellsAll;
    private final IntConsumer refusals;

    /** Told when a request has its answer, or nobody is there to read one; on the loop. */
    @FunctionalInterface
    interface Answered {
        /** The answer is given; {@code ends} says whether the connection ends with it, so that what follows isn't to be heard. */
        void then(boolean ends);
    }

    /**
     * Answers for a site.
     *
     * @param visitors for which hosts
     * @param refusals told the status of what is refused before the site hears it
     * @param tellsAll whether the site hears of all headers and of the query, or of no more than a public one needs
     */
    HttpResponder(AsyncSite site, Visitors visitors, boolean tellsAll, IntConsumer refusals) {
        this.site = site;
        this.visitors = visitors;
        this.tellsAll = tellsAll;
        this.refusals = refusals;
    }

    /**
     * Answers a request that is no upgrade, now or later. The request stays the caller's; nothing of it may need to be
     * released.
     *
     * @param headers of the request
     * @param client who asks; null if that isn't known
     */
    void respond(
            ChannelHandlerContext ctx,
            FullHttpRequest request,
            UpgradeHeaders headers,
            @Nullable InetAddress client,
            Answered answered) {
        Optional<HttpAnswer> fault = fault(request, headers);
        if (fault.isPresent()) {
            refusals.accept(fault.get().status());
            answered.then(write(ctx, request, fault.get().with("Connection", "close")));
        } else {
            ask(ctx, request, client, answered);
        }
    }

    private void ask(
            ChannelHandlerContext ctx, FullHttpRequest request, @Nullable InetAddress client, Answered answered) {
        HttpQuestion question;
        try {
            question = question(request, client);
        } catch (IllegalArgumentException e) {
            answered.then(write(ctx, request, HttpAnswer.error(400, "bad_request", "the query isn't well-formed")));
            return;
        }
        site.answer(
                question,
                answer -> onLoop(ctx, () -> answered.then(!ctx.channel().isActive() || write(ctx, request, answer))));
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

    /**
     * Writes one answer, and ends the connection after it if the answer or the client says {@code close}.
     *
     * @param request null if it hasn't come, and won't be waited for
     * @return whether the connection ends
     */
    static boolean write(ChannelHandlerContext ctx, @Nullable FullHttpRequest request, HttpAnswer answer) {
        // Checks names and values, so that no answer can be made two.
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        answer.headers().forEach(headers::set);
        // HTTP/1.0 would have to be told that the connection stays.
        if (request == null
                || !HttpUtil.isKeepAlive(request)
                || request.protocolVersion().minorVersion() == 0) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ByteBuf bytes = ctx.alloc().buffer();
        bytes.writeCharSequence(
                "HTTP/1.1 " + HttpResponseStatus.valueOf(answer.status()) + "\r\n", StandardCharsets.US_ASCII);
        headers.forEach(header -> bytes.writeCharSequence(
                header.getKey() + ": " + header.getValue() + "\r\n", StandardCharsets.US_ASCII));
        bytes.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
        if (request == null || !request.method().equals(HttpMethod.HEAD)) {
            bytes.writeBytes(answer.body());
        }
        ChannelFuture written = ctx.writeAndFlush(bytes);
        boolean ends = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        if (ends) {
            boolean sends = request != null && request.decoderResult().isFailure();
            written.addListener(sends ? HALF_CLOSE : ChannelFutureListener.CLOSE);
        }
        return ends;
    }

    private static void halfClose(ChannelFuture written) {
        if (written.channel() instanceof DuplexChannel socket
                && socket.pipeline().get(SslHandler.class) == null) {
            socket.shutdownOutput();
        } else {
            written.channel().close();
        }
    }

    /** What to say to a request that can't be parsed, or is refused. */
    private static HttpAnswer malformed(Throwable cause) {
        if (cause instanceof RefusedRequestException refused) {
            return refused.answer();
        }
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.error(414, "uri_too_long", "the request line is too long");
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpAnswer.error(431, "headers_too_large", "the headers are too large")
                : HttpAnswer.error(400, "bad_request", "this is not an HTTP/1.1 request");
    }

    /** @throws IllegalArgumentException if the query isn't well-formed, and the site would hear of it */
    private HttpQuestion question(FullHttpRequest request, @Nullable InetAddress client) {
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> query = new LinkedHashMap<>();
        if (tellsAll) {
            request.headers()
                    .forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
            new QueryStringDecoder(request.uri())
                    .parameters()
                    .forEach((name, values) -> query.put(name, values.get(0)));
        } else {
            for (String name : new String[] {"accept", "origin", "referer"}) {
                String value = request.headers().get(name);
                if (value != null) {
                    headers.put(name, value);
                }
            }
        }
        return new HttpQuestion(
                request.method().name(),
                path(request),
                headers,
                query,
                ByteBufUtil.getBytes(request.content()),
                client == null ? "" : client.getHostAddress());
    }
}
