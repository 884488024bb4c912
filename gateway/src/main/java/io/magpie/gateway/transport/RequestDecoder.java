package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parses requests as Netty does, and refuses two things that Netty bears. A header that goes on in the next line is a
 * bad request, as RFC 9112 section 5.2 allows: proxies have read such headers in different ways. A TLS hello ends the
 * connection without an answer, which nobody who speaks TLS could read.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RequestDecoder extends HttpRequestDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDecoder.class);

    /** The first byte of a TLS record that begins a handshake (RFC 8446 section 5.1). */
    private static final byte TLS_HANDSHAKE = 22;

    private static final DecoderResult FOLDED =
            DecoderResult.failure(new IllegalArgumentException("a header goes on in the next line"));

    /** Nothing has come yet. */
    private boolean first = true;

    /** The first line is read, and the headers aren't. */
    private boolean inHeaders;

    /** All that follows is dropped. */
    private boolean refused;

    RequestDecoder(HttpDecoderConfig config) {
        super(config);
    }

    @Override
    protected HttpMessage createMessage(String[] line) throws Exception {
        inHeaders = true;
        return super.createMessage(line);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (first && in.isReadable() && in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
            LOG.debug(
                    "http.tls-hello remote={}, and this port has no TLS",
                    ctx.channel().remoteAddress());
            refused = true;
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
        if (inHeaders && folds(in, begin, in.readerIndex(), goesOn)) {
            refuse(in, out, known);
        } else if (out.size() > known) {
            inHeaders = false;
        }
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

    private void refuse(ByteBuf in, List<Object> out, int known) {
        refused = true;
        in.skipBytes(in.readableBytes());
        while (out.size() > known) {
            ReferenceCountUtil.release(out.remove(out.size() - 1));
        }
        HttpMessage invalid = createInvalidMessage();
        invalid.setDecoderResult(FOLDED);
        out.add(invalid);
    }
}
