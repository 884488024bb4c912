package io.magpie.gateway.delivery;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

/**
 * What a room says in one turn, encoded once for each {@link FrameFormat} its members use. Reference-counted: the
 * broadcaster makes it with one reference, each loop that delivers it holds one; the buffers go with the last.
 * Immutable but for the count, so any thread may read it while it holds a reference.
 */
public final class EncodedBatch extends AbstractReferenceCounted {
    /** In place of a seq: what is said has none, and isn't stored. */
    static final long SIGNAL = 0;

    private final int formats;
    private final ByteBuf[] frames;
    private final int messages;
    private final long first;
    private final long oldestNanos;

    /**
     * @param formats the formats that members use: a set of {@link FrameFormat#bit}s
     * @param frames one for each of these, in the order of the bits; taken over
     * @param messages how many messages it holds
     * @param first the seq of its first message, or {@link #SIGNAL}
     * @param oldestNanos {@code System.nanoTime} when the oldest of its messages was read from its socket
     */
    EncodedBatch(int formats, ByteBuf[] frames, int messages, long first, long oldestNanos) {
        this.formats = formats;
        this.frames = frames;
        this.messages = messages;
        this.first = first;
        this.oldestNanos = oldestNanos;
    }

    /** The frames for a format, borrowed; null if there is nothing in the batch for it. */
    @Nullable
    ByteBuf frames(FrameFormat format) {
        int bit = format.bit();
        return (formats & bit) == 0 ? null : frames[Integer.bitCount(formats & (bit - 1))];
    }

    int messages() {
        return messages;
    }

    /** Whether slow readers may miss it for good. */
    boolean droppable() {
        return first == SIGNAL;
    }

    /** The seq before its first message: who has that has all that came before the batch. */
    long after() {
        return first - 1;
    }

    /** The seq of its last message. */
    long last() {
        return first + messages - 1;
    }

    long oldestNanos() {
        return oldestNanos;
    }

    @Override
    protected void deallocate() {
        for (ByteBuf buffer : frames) {
            buffer.release();
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        for (ByteBuf buffer : frames) {
            buffer.touch(hint);
        }
        return this;
    }
}
