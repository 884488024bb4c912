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

    private final @Nullable ByteBuf[] frames;
    private final int messages;
    private final long first;
    private final long oldestNanos;

    /**
     * @param frames by {@link FrameFormat#index}, null where no member uses it; taken over
     * @param messages how many messages it holds
     * @param first the seq of its first message, or {@link #SIGNAL}
     * @param oldestNanos {@code System.nanoTime} when the oldest of its messages was read from its socket
     */
    EncodedBatch(@Nullable ByteBuf[] frames, int messages, long first, long oldestNanos) {
        this.frames = frames;
        this.messages = messages;
        this.first = first;
        this.oldestNanos = oldestNanos;
    }

    /** The frames for a format, borrowed; null if there is nothing in the batch for it. */
    @Nullable
    ByteBuf frames(FrameFormat format) {
        return frames[format.index()];
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

    long oldestNanos() {
        return oldestNanos;
    }

    @Override
    protected void deallocate() {
        for (ByteBuf buffer : frames) {
            if (buffer != null) {
                buffer.release();
            }
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        for (ByteBuf buffer : frames) {
            if (buffer != null) {
                buffer.touch(hint);
            }
        }
        return this;
    }
}
