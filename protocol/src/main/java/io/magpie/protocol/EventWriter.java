package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes what the server says, for JSON and CBOR members. Immutable; any thread.
 *
 * <p>{@code data} that came in the encoding that is written goes out byte for byte; otherwise it is converted here, so
 * once per batch and encoding and not per member. A lone surrogate in a string of ours, such as a display name, is written
 * as an escape or replaced, so that one bad name can't stop a room.
 *
 * <p>Writing throws {@link IllegalArgumentException} if there is nothing to write or {@code data} isn't what its type
 * says; the buffer then holds what it held before.
 */
public final class EventWriter {
    private final Encoding encoding;
    private final FrameWriter<Event> frames;
    private final HotEvents json;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}; see {@link PlainBody}
     */
    public EventWriter(Encoding encoding) {
        this.encoding = encoding;
        this.frames = new FrameWriter<>(encoding, EventFields::write);
        this.json = new HotEvents(frames);
    }

    /** Appends a frame with one envelope; the buffer stays the caller's. */
    public void write(Event event, ByteBuf out) {
        write(List.of(event), out);
    }

    /** Appends a frame with all these envelopes, at least one; the buffer stays the caller's. */
    public void write(List<? extends Event> events, ByteBuf out) {
        if (encoding == Encoding.JSON) {
            json.write(events, out);
        } else {
            frames.write(events, out);
        }
    }
}
