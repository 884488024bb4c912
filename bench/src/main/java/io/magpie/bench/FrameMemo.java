package io.magpie.bench;

import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last frames that came, with what is in them. A server that encodes a message once sends the same bytes to all
 * members: such a frame is read once, and for the others recognised by comparing every byte, so that the bench can receive
 * more than the server can send.
 *
 * <p>Owner: one event loop.
 */
final class FrameMemo {
    /** Enough for what waits in the sockets of a room while the bench is behind. */
    static final int FRAMES = 1024;

    private static final int MAX_FRAME = 16 << 10;

    /** The keys are buffers of the memo's own, which nobody changes: equal means equal bytes. */
    private final Map<ByteBuf, List<Event>> frames = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuf, List<Event>> eldest) {
            return size() > FRAMES;
        }
    };

    /**
     * The envelopes of a frame; the buffer stays the caller's.
     *
     * @throws io.magpie.protocol.ProtocolException as {@link EventReader#read}
     */
    List<Event> read(ByteBuf frame, EventReader reader) {
        List<Event> known = frames.get(frame);
        if (known != null) {
            return known;
        }
        List<Event> events = reader.read(frame);
        if (frame.readableBytes() <= MAX_FRAME) {
            frames.put(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(frame)), events);
        }
        return events;
    }
}
