package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what the client compressed (RFC 7692 section 7.2.2), each message up to a bound. A message may refer to
 * earlier ones, so one inflater serves the whole connection. Asked only after {@link MessageReader#check}, which lets
 * the bit that says "compressed" pass only where it may be set.
 *
 * <p>Netty's handler isn't used, because it refuses a message whose first fragment is too short to inflate to
 * anything, bounds a fragment and not a message, and after broken data keeps the handlers behind it from learning that
 * the connection is gone.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class MessageInflater {
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

    /** Whether a data frame belongs to a message that is compressed, as its first frame said. Once for each frame. */
    boolean compressed(WebSocketFrame frame) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            compressed = frame.rsv() != 0;
            inflated = 0;
        }
        return compressed;
    }

    /** Gives back what the connection's end leaves behind. */
    void end() {
        inflater.end();
    }

    /**
     * What a compressed frame adds to its message.
     *
     * @param frame borrowed
     * @return for the caller to release
     * @throws CorruptedWebSocketFrameException 1007 if it is broken
     * @throws TooLongFrameException if the message becomes too large
     */
    ByteBuf inflate(WebSocketFrame frame, ByteBufAllocator allocator) {
        ByteBuf out = allocator.heapBuffer();
        try {
            feed(ByteBufUtil.getBytes(frame.content()), out);
            if (frame.isFinalFragment()) {
                feed(TAIL, out);
            }
            return out;
        } catch (DataFormatException e) {
            out.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the compressed data is broken", e);
        } catch (TooLongFrameException e) {
            out.release();
            throw e;
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
}
