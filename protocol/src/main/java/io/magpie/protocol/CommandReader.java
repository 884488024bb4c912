package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client sent: one frame into its envelopes. Immutable; any thread.
 *
 * <p>A frame is refused as a whole only if it is malformed or beyond a limit: not exactly one JSON or CBOR value, more
 * than 16 deep, more than 64 envelopes or none, names of fields over 64 characters, numbers over 20 digits or beyond a
 * double, doubled names, text that is no Unicode or has a NUL. What is wrong within one envelope spoils only that one:
 * it becomes {@link Command.Invalid}, with its {@code id} if that was good.
 */
public final class CommandReader {
    private final Encoding encoding;
    private final FrameReader frames;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}, whose frames hold no envelopes
     */
    public CommandReader(Encoding encoding) {
        this.encoding = encoding;
        this.frames = new FrameReader(encoding, FrameRules.FROM_CLIENT);
    }

    /**
     * Reads all readable bytes of a frame. The buffer is left as it was: neither released nor its reader index moved.
     * Nothing of the result refers to it.
     *
     * @return the envelopes in their order, 1 to 64
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if the frame is malformed or beyond a limit
     */
    public List<Request> read(ByteBuf frame) {
        byte[] bytes = ByteBufUtil.getBytes(frame);
        List<Request> usual = encoding == Encoding.JSON ? HotCommands.read(bytes, FrameRules.FROM_CLIENT) : List.of();
        return usual.isEmpty() ? strictly(bytes) : usual;
    }

    /** The same by way of Jackson, whatever the frame is. */
    List<Request> strictly(byte[] frame) {
        return frames.read(frame, CommandReader::request);
    }

    /**
     * Reads one envelope that came in another way than in a frame, such as in a request over HTTP, by the rules of a frame.
     * It may be any object, or an array of one.
     *
     * @return its {@code data}, as {@link #read} would give it; empty if it has none
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if it is malformed or beyond a limit
     */
    public Optional<Body> data(byte[] envelope) {
        List<Optional<Body>> read = frames.read(envelope, CommandReader::dataOf);
        if (read.size() > 1) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "there must be one envelope");
        }
        return read.get(0);
    }

    private static Optional<Body> dataOf(Fields envelope) {
        return envelope.has("data") ? Optional.of(envelope.data()) : Optional.empty();
    }

    private static Request request(Fields envelope) {
        RequestId id = null;
        try {
            id = envelope.id();
            return new Request(id, Commands.decode(envelope));
        } catch (ProtocolException invalid) {
            return invalid(id, invalid);
        }
    }

    private static Request invalid(@Nullable RequestId id, ProtocolException why) {
        return new Request(id, new Command.Invalid(why.code(), why.getMessage()));
    }
}
