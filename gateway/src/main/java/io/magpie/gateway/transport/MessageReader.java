package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole messages of one connection's frames: judges reserved bits, inflates, checks UTF-8 as it arrives, gathers
 * fragments, all within bounds. That a continuation follows a beginning, the frame decoder has checked.
 *
 * <p>Why not a handler for each of these, as Netty has them: nearly every message is one frame, and for that they cost
 * four contexts and as many steps through the pipeline, for each message and in the memory of each idle session.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class MessageReader {
    /** Takes messages. */
    interface Sink {
        /**
         * A whole message.
         *
         * @param text whether it is text, which is valid UTF-8
         * @param content borrowed for the call
         */
        void onMessage(boolean text, ByteBuf content);
    }

    private static final int RSV1 = 4;

    private final @Nullable MessageInflater inflater;
    private final int maxFragments;
    private final int maxBytes;
    private @Nullable Partial partial;

    /** A message of which more is to come. */
    private static final class Partial {
        final boolean text;
        final ByteBuf gathered;
        int fragments;
        int utf8;

        Partial(boolean text, ByteBufAllocator allocator) {
            this.text = text;
            this.gathered = allocator.buffer();
        }
    }

    /**
     * A reader without a message begun.
     *
     * @param inflater of the connection; null if permessage-deflate wasn't negotiated
     * @param maxBytes the largest message
     */
    MessageReader(@Nullable MessageInflater inflater, int maxFragments, int maxBytes) {
        this.inflater = inflater;
        this.maxFragments = maxFragments;
        this.maxBytes = maxBytes;
    }

    /**
     * Refuses reserved bits that nobody negotiated; for every frame, control frames too.
     *
     * @throws CorruptedWebSocketFrameException 1002
     */
    void check(WebSocketFrame frame) {
        boolean begins = frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
        int allowed = inflater != null && begins ? RSV1 : 0;
        if ((frame.rsv() & ~allowed) != 0) {
            throw corrupted(WebSocketCloseStatus.PROTOCOL_ERROR, "a reserved bit is set that was not negotiated");
        }
    }

    /** Whether a message has begun and not ended. */
    boolean gathering() {
        return partial != null;
    }

    /**
     * Reads a data frame; the sink gets a message if this one ends it.
     *
     * @param frame borrowed
     * @throws CorruptedWebSocketFrameException 1007 for broken text or compression, 1008 for too many fragments,
     *     1008 or 1009 for too much to inflate
     * @throws TooLongFrameException if the message is too large
     */
    void read(WebSocketFrame frame, ByteBufAllocator allocator, Sink sink) {
        if (inflater == null || !inflater.compressed(frame)) {
            read(frame, frame.content(), allocator, sink);
            return;
        }
        ByteBuf inflated = inflater.inflate(frame, allocator);
        try {
            read(frame, inflated, allocator, sink);
        } finally {
            inflated.release();
        }
    }

    private void read(WebSocketFrame frame, ByteBuf content, ByteBufAllocator allocator, Sink sink) {
        boolean continued = frame instanceof ContinuationWebSocketFrame;
        if (!continued && frame.isFinalFragment()) {
            boolean text = frame instanceof TextWebSocketFrame;
            bound(content.readableBytes());
            if (text) {
                check(true, Utf8Check.next(Utf8Check.WHOLE, content));
            }
            sink.onMessage(text, content);
            return;
        }
        Partial message = partial;
        if (!continued || message == null) {
            close();
            message = new Partial(frame instanceof TextWebSocketFrame, allocator);
            partial = message;
        }
        gather(message, frame.isFinalFragment(), content);
        if (frame.isFinalFragment()) {
            partial = null;
            try {
                sink.onMessage(message.text, message.gathered);
            } finally {
                message.gathered.release();
            }
        }
    }

    private void gather(Partial message, boolean last, ByteBuf content) {
        // First the bytes: who sends too much should hear that, in however many fragments.
        bound((long) message.gathered.readableBytes() + content.readableBytes());
        message.fragments++;
        if (message.fragments > maxFragments) {
            throw corrupted(
                    WebSocketCloseStatus.POLICY_VIOLATION, "a message has more than " + maxFragments + " fragments");
        }
        if (message.text) {
            message.utf8 = Utf8Check.next(message.utf8, content);
            check(last, message.utf8);
        }
        message.gathered.writeBytes(content, content.readerIndex(), content.readableBytes());
    }

    /** Lets go of what was gathered of a message that won't be ended. */
    void close() {
        if (partial != null) {
            partial.gathered.release();
            partial = null;
        }
    }

    /** The connection is gone. */
    void end() {
        close();
        if (inflater != null) {
            inflater.end();
        }
    }

    private void bound(long bytes) {
        if (bytes > maxBytes) {
            throw new TooLongFrameException("the message is too large");
        }
    }

    private static void check(boolean last, int utf8) {
        if (utf8 == Utf8Check.BROKEN || (last && utf8 != Utf8Check.WHOLE)) {
            throw corrupted(WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "the text isn't valid UTF-8");
        }
    }

    private static CorruptedWebSocketFrameException corrupted(WebSocketCloseStatus status, String reason) {
        return new CorruptedWebSocketFrameException(status, reason);
    }
}
