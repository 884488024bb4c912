package io.magpie.gateway.transport;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.http.Site;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks a {@link Site} and writes its answer. Immutable; used on event loops. */
final class HttpResponder {
    private final Site site;

    HttpResponder(Site site) {
        this.site = site;
    }

    /** Answers a request that is no upgrade. The request stays the caller's. */
    void respond(ChannelHandlerContext ctx, FullHttpRequest request) {
        DecoderResult decoded = request.decoderResult();
        if (decoded.isFailure()) {
            write(ctx, request, malformed(decoded.cause()).with("Connection", "close"));
        } else if (request.protocolVersion().majorVersion() != 1
                || request.protocolVersion().minorVersion() > 1) {
            write(
                    ctx,
                    request,
                    HttpAnswer.error(505, "http_version", "use HTTP/1.1").with("Connection", "close"));
        } else if (!request.uri().startsWith("/")) {
            write(ctx, request, HttpAnswer.error(400, "bad_request", "the request target must be a path"));
        } else {
            write(ctx, request, site.answer(question(request)));
        }
    }

    /** Writes one answer; {@code Connection: close} in it ends the connection. */
    static void write(ChannelHandlerContext ctx, FullHttpRequest request, HttpAnswer answer) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!HttpUtil.isKeepAlive(request)) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.writeAndFlush(response);
    }

    private static HttpAnswer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.error(414, "uri_too_long", "the request line is too long");
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpAnswer.error(431, "headers_too_large", "the headers are too large")
                : HttpAnswer.error(400, "bad_request", "this is not an HTTP/1.1 request");
    }

    private static HttpQuestion question(FullHttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : new String[] {"accept", "origin"}) {
            String value = request.headers().get(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        String path = new QueryStringDecoder(request.uri()).rawPath();
        return new HttpQuestion(request.method().name(), path, headers);
    }
}
