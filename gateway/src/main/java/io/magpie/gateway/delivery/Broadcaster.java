package io.magpie.gateway.delivery;

import io.magpie.protocol.Event;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends one batch to everybody in a room: encodes it once for each format in use, then gives it to each loop that has
 * members, as one task. Called by the room's shard; holds no state.
 */
public final class Broadcaster {
    private static final List<FrameFormat> FORMATS = List.of(FrameFormat.values());

    private final BatchEncoder encoder;

    public Broadcaster(BatchEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Delivers messages to all members, in the order given. Who reads too slowly for them gets them later.
     *
     * @param first the seq of the first; the others follow it without a hole
     * @param oldestNanos {@code System.nanoTime} when the oldest of them was read from its socket
     */
    public void broadcast(Audience audience, List<? extends Event> messages, long first, long oldestNanos) {
        post(audience, messages, first, oldestNanos);
    }

    /** Delivers something that isn't stored to all members but those who read too slowly. */
    public void signal(Audience audience, Event event, long receivedNanos) {
        post(audience, List.of(event), EncodedBatch.SIGNAL, receivedNanos);
    }

    /**
     * Encodes events for members of one format who get them apart from the others.
     *
     * @return the frames, for the caller to release
     */
    public ByteBuf encode(FrameFormat format, List<? extends Event> events) {
        return encoder.encode(format, events);
    }

    private void post(Audience audience, List<? extends Event> events, long first, long oldestNanos) {
        if (audience.isEmpty()) {
            return;
        }
        EncodedBatch batch = new EncodedBatch(encode(audience, events), events.size(), first, oldestNanos);
        try {
            audience.forEachLoop(members -> members.post(batch));
        } finally {
            batch.release();
        }
    }

    private @Nullable ByteBuf[] encode(Audience audience, List<? extends Event> events) {
        @Nullable ByteBuf[] frames = new @Nullable ByteBuf[FrameFormat.COUNT];
        try {
            for (FrameFormat format : FORMATS) {
                if (audience.uses(format)) {
                    frames[format.index()] = encoder.encode(format, events);
                }
            }
            return frames;
        } catch (RuntimeException e) {
            new EncodedBatch(frames, 0, EncodedBatch.SIGNAL, 0).release();
            throw e;
        }
    }
}
