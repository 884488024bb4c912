package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes what a client says; for tests and load generators. Immutable; any thread.
 *
 * <p>Writing throws {@link IllegalArgumentException} if there is nothing to write, {@code data} isn't what its type says,
 * or for {@link Command.Invalid}, which only a reader makes; the buffer then holds what it held before.
 */
public final class CommandWriter {
    private final FrameWriter<Request> frames;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}, whose frames are the messages themselves
     */
    public CommandWriter(Encoding encoding) {
        this.frames = new FrameWriter<>(encoding, CommandFields::write);
    }

    /** Appends a frame with one envelope; the buffer stays the caller's. */
    public void write(Request request, ByteBuf out) {
        frames.write(List.of(request), out);
    }

    /** Appends a frame with all these envelopes, at least one; the buffer stays the caller's. */
    public void write(List<? extends Request> requests, ByteBuf out) {
        frames.write(requests, out);
    }
}
