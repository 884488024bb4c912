package io.magpie.gateway.delivery;

import io.magpie.gateway.config.CompressionConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventWriter;
import io.magpie.protocol.PlainBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * Turns events into whole frames: one frame for JSON and CBOR, however many events there are; one frame for each
 * message in plain mode. Immutable; any thread.
 */
public final class BatchEncoder {
    private static final EventWriter JSON = new EventWriter(Encoding.JSON);
    private static final EventWriter CBOR = new EventWriter(Encoding.CBOR);
    private static final int INITIAL = 512;

    private final ByteBufAllocator allocator;
    private final CompressionConfig compression;

    public BatchEncoder(ByteBufAllocator allocator, CompressionConfig compression) {
        this.allocator = allocator;
        this.compression = compression;
    }

    /**
     * Encodes events for members of one format.
     *
     * @return the frames, for the caller to release; empty where the format has no form for any of the events
     */
    public ByteBuf encode(FrameFormat format, List<? extends Event> events) {
        ByteBuf out = allocator.buffer(INITIAL);
        try {
            switch (format.encoding()) {
                case JSON -> envelopes(JSON, format, events, out);
                case CBOR -> envelopes(CBOR, format, events, out);
                case PLAIN -> plain(format, events, out);
            }
            return out;
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
    }

    private void envelopes(EventWriter writer, FrameFormat format, List<? extends Event> events, ByteBuf out) {
        int opcode = format.encoding() == Encoding.JSON ? Frames.TEXT : Frames.BINARY;
        int payload = Frames.begin(out);
        writer.write(events, out);
        if (format.deflate()) {
            byte[] bytes = new byte[out.writerIndex() - payload];
            out.getBytes(payload, bytes);
            out.clear();
            frame(out, format, opcode, bytes);
        } else {
            Frames.end(out, payload, opcode, false);
        }
    }

    private void plain(FrameFormat format, List<? extends Event> events, ByteBuf out) {
        for (Event event : events) {
            // A plain client can't be told that something was taken back.
            if (event instanceof Event.Delivered delivered
                    && delivered.message().body() != Body.RECALLED) {
                PlainBody body = PlainBody.of(delivered.message().body());
                frame(out, format, body.binary() ? Frames.BINARY : Frames.TEXT, body.bytes());
            }
        }
    }

    private void frame(ByteBuf out, FrameFormat format, int opcode, byte[] payload) {
        byte[] packed = format.deflate() ? Deflate.shrink(payload, format.windowBits(), compression) : payload;
        Frames.header(out, opcode, packed.length < payload.length, packed.length);
        out.writeBytes(packed);
    }
}
