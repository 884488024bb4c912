package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parses requests as Netty does, and refuses what Netty bears. A header or a trailer that goes on in the next line is a
 * bad request, as RFC 9112 section 5.2 allows, and so is a chunk that says more than its size: proxies have read both in
 * different ways, and no client needs them. More than {@value #MAX_HEADERS} headers are too many. A TLS hello ends the
 * connection without an answer, which nobody who speaks TLS could read.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RequestDecoder extends HttpRequestDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDecoder.class);

    /** Bytes of the first line. */
    private static final int MAX_LINE = 4_096;

    /** Bytes of all headers. */
    private static final int MAX_HEADER_BYTES = 8_192;

    /** Headers and trailers of a request. */
    private static final int MAX_HEADERS = 100;

    private static final HttpDecoderConfig BOUNDS =
            new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADER_BYTES);

    /** The first byte of a TLS record that begins a handshake (RFC 8446 section 5.1). */
    private static final byte TLS_HANDSHAKE = 22;

    private static final DecoderResult FOLDED =
            DecoderResult.failure(new IllegalArgumentException("a header goes on in the next line"));

    private static final DecoderResult EXTENDED =
            DecoderResult.failure(new IllegalArgumentException("a chunk says more than its size"));

    /** Bytes that end a line, also the one after a chunk. */
    private static final int LINE_END = 2;

    private final Runnable hello;

    /** Nothing has come yet. */
    private boolean first = true;

    /** The first line is read, and the headers aren't. */
    private boolean inHeaders;

    /** The headers are read, and the body isn't. */
    private boolean inBody;

    /** Headers and trailers so far. */
    private int headers;

    /** All that follows is dropped. */
    private boolean refused;

    /** @param hello called when the connection begins with TLS */
    RequestDecoder(Runnable hello) {
        super(BOUNDS);
        this.hello = hello;
    }

    /** Whether a part of a request has come, and not yet all of it. */
    boolean begun() {
        return inHeaders || inBody || actualReadableBytes() > 0;
    }

    @Override
    protected HttpMessage createMessage(String[] line) throws Exception {
        inHeaders = true;
        headers = 0;
        return super.createMessage(line);
    }

    /** Called for each header and each trailer. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        headers++;
        if (headers > MAX_HEADERS) {
            throw new TooLongHttpHeaderException("more than " + MAX_HEADERS + " headers");
        }
        return super.splitHeaderName(line, start, length);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (first && in.isReadable() && in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
            LOG.debug(
                    "http.tls-hello remote={}, and this port has no TLS",
                    ctx.channel().remoteAddress());
            refused = true;
            hello.run();
            ctx.close();
        }
        first = false;
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int begin = in.readerIndex();
        int known = out.size();
        boolean goesOn = inHeaders;
        super.decode(ctx, in, out);
        int end = in.readerIndex();
        if (inHeaders && folds(in, begin, end, goesOn)) {
            refuse(in, out, known, FOLDED);
        } else if (inBody && end - begin > content(out, known) + LINE_END) {
            // What isn't content begins with a line: the size of a chunk, or trailers, with which no content comes.
            if (extended(in, begin, end)) {
                refuse(in, out, known, EXTENDED);
            } else if (content(out, known) == 0 && folds(in, begin, end, true)) {
                refuse(in, out, known, FOLDED);
            }
        }
        if (out.size() > known) {
            HttpObject last = (HttpObject) out.get(out.size() - 1);
            inHeaders = false;
            inBody = !(last instanceof LastHttpContent) && last.decoderResult().isSuccess();
        }
    }

    /** Bytes of the body among what was read. */
    private static int content(List<Object> out, int known) {
        int bytes = 0;
        for (Object part : out.subList(known, out.size())) {
            bytes += ((HttpContent) part).content().readableBytes();
        }
        return bytes;
    }

    /** Whether the first line has the semicolon of an extension. One in a trailer comes after the name. */
    private static boolean extended(ByteBuf in, int begin, int end) {
        int lineEnd = in.indexOf(begin, end, (byte) '\n');
        int semicolon = lineEnd < 0 ? -1 : in.indexOf(begin, lineEnd, (byte) ';');
        return semicolon >= 0 && in.indexOf(begin, semicolon, (byte) ':') < 0;
    }

    /** Whether a line of those that were read, which are whole, begins with white space; the first one if it is a header. */
    private static boolean folds(ByteBuf in, int begin, int end, boolean header) {
        if (header && begin < end && isBlank(in.getByte(begin))) {
            return true;
        }
        int at = in.indexOf(begin, end, (byte) '\n');
        while (at >= 0 && at + 1 < end) {
            if (isBlank(in.getByte(at + 1))) {
                return true;
            }
            at = in.indexOf(at + 1, end, (byte) '\n');
        }
        return false;
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t';
    }

    private void refuse(ByteBuf in, List<Object> out, int known, DecoderResult why) {
        refused = true;
        in.skipBytes(in.readableBytes());
        while (out.size() > known) {
            ReferenceCountUtil.release(out.remove(out.size() - 1));
        }
        HttpMessage invalid = createInvalidMessage();
        invalid.setDecoderResult(why);
        out.add(invalid);
    }
}
