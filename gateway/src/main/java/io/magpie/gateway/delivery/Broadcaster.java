package io.magpie.gateway.delivery;

import io.magpie.protocol.Event;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Sends one batch to everybody in a room: encodes it once for each format in use, then gives it to each loop that has
 * members, as one task. Called by the room's shard; holds no state.
 */
public final class Broadcaster {
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
        int formats = audience.formats();
        EncodedBatch batch = new EncodedBatch(formats, encode(formats, events), events.size(), first, oldestNanos);
        try {
            audience.forEachLoop(members -> members.post(batch));
        } finally {
            batch.release();
        }
    }

    /** Encodes events for each format of a set, in the order of its bits. */
    private ByteBuf[] encode(int formats, List<? extends Event> events) {
        ByteBuf[] frames = new ByteBuf[Integer.bitCount(formats)];
        int encoded = 0;
        try {
            for (int rest = formats; rest != 0; rest &= rest - 1) {
                frames[encoded] = encoder.encode(FrameFormat.firstOf(rest), events);
                encoded++;
            }
            return frames;
        } catch (RuntimeException e) {
            for (int i = 0; i < encoded; i++) {
                frames[i].release();
            }
            throw e;
        }
    }
}
