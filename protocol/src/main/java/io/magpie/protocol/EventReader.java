package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/**
 * Reads what a server sent: one frame into its envelopes; for tests and load generators. Immutable; any thread.
 *
 * <p>Malformed frames are refused as {@link CommandReader} does, with room for three levels more and any number of
 * envelopes. Unlike there, one bad envelope spoils the frame: a server doesn't send such.
 */
public final class EventReader {
    private final FrameReader frames;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}, whose frames are the messages themselves
     */
    public EventReader(Encoding encoding) {
        this.frames = new FrameReader(encoding, FrameRules.FROM_SERVER);
    }

    /**
     * Reads all readable bytes of a frame. The buffer is left as it was: neither released nor its reader index moved.
     * Nothing of the result refers to it.
     *
     * @return the envelopes in their order, at least one
     * @throws ProtocolException if the frame is malformed or an envelope isn't one of the protocol
     */
    public List<Event> read(ByteBuf frame) {
        return frames.read(ByteBufUtil.getBytes(frame), Events::decode);
    }
}
