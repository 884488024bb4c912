package io.magpie.protocol;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.List;

/** Puts envelopes together into a frame: one as it is, several as an array. The same code for JSON and CBOR. */
final class FrameWriter<T> {
    /** Writes one envelope, an object. */
    interface Envelope<T> {
        void write(EnvelopeOutput to, T value) throws IOException;
    }

    private final Encoding encoding;
    private final Envelope<T> envelope;

    /**
     * For JSON or CBOR.
     *
     * @throws IllegalArgumentException for {@link Encoding#PLAIN}, whose frames hold no envelopes
     */
    FrameWriter(Encoding encoding, Envelope<T> envelope) {
        if (encoding == Encoding.PLAIN) {
            throw new IllegalArgumentException("plain frames hold no envelopes");
        }
        this.encoding = encoding;
        this.envelope = envelope;
    }

    /**
     * Appends a frame to a buffer.
     *
     * @throws IllegalArgumentException if there is no value, or one can't be written; the buffer's writer index is then
     *     where it was
     */
    void write(List<? extends T> values, ByteBuf out) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a frame has at least one envelope");
        }
        int start = out.writerIndex();
        try (EnvelopeOutput to = new EnvelopeOutput(FrameRules.generator(encoding, out))) {
            if (values.size() == 1) {
                envelope.write(to, values.get(0));
            } else {
                to.startArray();
                for (T value : values) {
                    envelope.write(to, value);
                }
                to.endArray();
            }
        } catch (IOException | IllegalArgumentException unwritable) {
            out.writerIndex(start);
            throw new IllegalArgumentException("an envelope can't be written", unwritable);
        }
    }
}
