package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates what the client compressed (RFC 7692 section 7.2.2), within a budget. A message may refer to earlier ones, so
 * one inflater serves the whole connection. Asked only after {@link MessageReader#check}, which lets the bit that says
 * "compressed" pass only where it may be set.
 *
 * <p>Netty's handler isn't used, because it refuses a message whose first fragment is too short to inflate to
 * anything, bounds a fragment and not a message, and after broken data keeps the handlers behind it from learning that
 * the connection is gone.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class MessageInflater {
    /** The rest of an empty block, which the sender leaves out at the end of a message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final byte[] EMPTY_BLOCK = {0, 0, 0, (byte) 0xFF, (byte) 0xFF};

    /** Together longer than the header of any block: 2,283 bits (RFC 1951 section 3.2.7). */
    private static final int EMPTY_BLOCKS = 64;

    /**
     * The tail and empty blocks, fed at the end of a message to see that it is whole, since the JDK's inflater doesn't
     * tell where in its stream it stands. If the tail ends a block, as it should, any number of empty ones changes
     * nothing. Anywhere else the same bytes are broken, or give something that nobody sent.
     */
    private static final byte[] END = tailAndEmptyBlocks();

    private static final int STEP = 4_096;

    private final Inflater inflater = new Inflater(true);
    private final InflateBudget budget;
    private boolean compressed;

    /** Whether the sender has ended its stream within the message. */
    private boolean ended;

    MessageInflater(InflateBudget budget) {
        this.budget = budget;
    }

    /** Whether a data frame belongs to a message that is compressed, as its first frame said. Once for each frame. */
    boolean compressed(WebSocketFrame frame) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            compressed = frame.rsv() != 0;
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
     * @throws CorruptedWebSocketFrameException 1007 if it is broken or the message isn't whole, 1008 or 1009 if it
     *     exceeds the budget
     * @throws TooLongFrameException if the message becomes too large
     */
    ByteBuf inflate(WebSocketFrame frame, ByteBufAllocator allocator) {
        if (!(frame instanceof ContinuationWebSocketFrame)) {
            budget.begin();
            ended = false;
        }
        ByteBuf out = allocator.heapBuffer();
        try {
            feed(ByteBufUtil.getBytes(frame.content()), out);
            if (frame.isFinalFragment()) {
                finish(out);
            }
            return out;
        } catch (DataFormatException e) {
            out.release();
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the compressed data is broken", e);
        } catch (DecoderException e) {
            out.release();
            throw e;
        }
    }

    private void feed(byte[] input, ByteBuf out) throws DataFormatException {
        budget.receive(input.length);
        inflater.setInput(input);
        int length;
        do {
            length = step(input, out, STEP);
            out.writerIndex(out.writerIndex() + length);
            budget.inflate(length);
        } while (length > 0 || inflater.getRemaining() > 0);
    }

    /** The message has come to its end, or so the client says. */
    private void finish(ByteBuf out) throws DataFormatException {
        inflater.setInput(END);
        while (inflater.getRemaining() > 0) {
            if (step(END, out, 1) > 0) {
                throw new DataFormatException("the message is cut short");
            }
        }
    }

    /** Inflates some of the input to behind what is written; how many bytes. */
    private int step(byte[] input, ByteBuf out, int room) throws DataFormatException {
        out.ensureWritable(room);
        int length = inflater.inflate(out.array(), out.arrayOffset() + out.writerIndex(), out.writableBytes());
        if (inflater.finished()) {
            // The sender ended its stream, as it may (section 7.2.3.4); what follows is a new one. Streams without end
            // are
            // work for nothing.
            if (ended) {
                throw new DataFormatException("the message has several streams");
            }
            ended = true;
            int rest = inflater.getRemaining();
            inflater.reset();
            inflater.setInput(input, input.length - rest, rest);
        }
        return length;
    }

    private static byte[] tailAndEmptyBlocks() {
        byte[] end = Arrays.copyOf(TAIL, TAIL.length + EMPTY_BLOCKS * EMPTY_BLOCK.length);
        for (int at = TAIL.length; at < end.length; at += EMPTY_BLOCK.length) {
            System.arraycopy(EMPTY_BLOCK, 0, end, at, EMPTY_BLOCK.length);
        }
        return end;
    }
}
