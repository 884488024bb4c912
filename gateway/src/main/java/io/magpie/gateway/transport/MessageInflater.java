package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what the client compressed (RFC 7692 section 7.2.2), each message up to a bound. A message may refer to
 * earlier ones, so one inflater serves the whole connection. Stands behind the frame guard, which lets the bit that
 * says "compressed" pass only where it may be set.
 *
 * <p>Netty's handler isn't used, because it refuses a message whose first fragment is too short to inflate to
 * anything, bounds a fragment and not a message, and after broken data keeps the handlers behind it from learning that
 * the connection is gone.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class MessageInflater extends ChannelInboundHandlerAdapter {
    /** The empty block that the sender leaves out at the end of a message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int STEP = 4_096;

    private final Inflater inflater = new Inflater(true);
    private final int maxBytes;
    private boolean compressed;
    private int inflated;

    /** @param maxBytes the largest message, inflated */
    MessageInflater(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof TextWebSocketFrame || message instanceof BinaryWebSocketFrame) {
            compressed = ((WebSocketFrame) message).rsv() != 0;
            inflated = 0;
        } else if (!(message instanceof ContinuationWebSocketFrame)) {
            ctx.fireChannelRead(message);
            return;
        }
        ctx.fireChannelRead(compressed ? inflate(ctx, (WebSocketFrame) message) : message);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        inflater.end();
    }

    private WebSocketFrame inflate(ChannelHandlerContext ctx, WebSocketFrame frame) {
        ByteBuf out = ctx.alloc().heapBuffer();
        try {
            feed(ByteBufUtil.getBytes(frame.content()), out);
            if (frame.isFinalFragment()) {
                feed(TAIL, out);
            }
            return likewise(frame, out);
        } catch (DataFormatException e) {
            out.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the compressed data is broken", e);
        } catch (TooLongFrameException e) {
            out.release();
            throw e;
        } finally {
            frame.release();
        }
    }

    private void feed(byte[] input, ByteBuf out) throws DataFormatException {
        inflater.setInput(input);
        int length;
        do {
            out.ensureWritable(STEP);
            length = inflater.inflate(out.array(), out.arrayOffset() + out.writerIndex(), out.writableBytes());
            out.writerIndex(out.writerIndex() + length);
            inflated += length;
            if (inflated > maxBytes) {
                throw new TooLongFrameException("the inflated message is too large");
            }
            if (inflater.finished()) {
                // The sender ended its stream, as it may (section 7.2.3.4); what follows is a new one.
                int rest = inflater.getRemaining();
                inflater.reset();
                inflater.setInput(input, input.length - rest, rest);
            }
        } while (length > 0 || inflater.getRemaining() > 0);
    }

    private static WebSocketFrame likewise(WebSocketFrame frame, ByteBuf content) {
        boolean last = frame.isFinalFragment();
        if (frame instanceof TextWebSocketFrame) {
            return new TextWebSocketFrame(last, 0, content);
        }
        return frame instanceof BinaryWebSocketFrame
                ? new BinaryWebSocketFrame(last, 0, content)
                : new ContinuationWebSocketFrame(last, 0, content);
    }
}
