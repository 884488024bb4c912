package io.magpie.gateway.delivery;

import io.magpie.gateway.config.CompressionConfig;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventWriter;
import io.magpie.protocol.Message;
import io.magpie.protocol.PlainBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events into whole frames: one frame for JSON and CBOR, however many events there are; one frame for each
 * message in plain mode. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class BatchEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEncoder.class);
    private static final EventWriter JSON = new EventWriter(Encoding.JSON);
    private static final EventWriter CBOR = new EventWriter(Encoding.CBOR);
    private static final int INITIAL = 512;
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ByteBufAllocator allocator;
    private final CompressionConfig compression;
    private final AtomicLong complained = new AtomicLong(System.nanoTime() - EVERY_NANOS);

    public BatchEncoder(ByteBufAllocator allocator, CompressionConfig compression) {
        this.allocator = allocator;
        this.compression = compression;
    }

    /**
     * Encodes events for members of one format. A message that can't be written in it becomes a gap, so that it costs those
     * members nothing else, and the others nothing; in a page of history, which has no gaps, it is as if it had been taken
     * back.
     *
     * @return the frames, for the caller to release; empty where the format has no form for any of the events
     */
    public ByteBuf encode(FrameFormat format, List<? extends Event> events) {
        try {
            return strictly(format, events);
        } catch (RuntimeException unwritable) {
            return strictly(
                    format,
                    events.stream().map(event -> writable(format, event)).toList());
        }
    }

    private Event writable(FrameFormat format, Event event) {
        if (event instanceof Event.Delivered delivered && !isWritable(format, delivered.message())) {
            Message lost = delivered.message();
            return new Event.Gap(lost.room(), lost.seq(), lost.seq(), Event.GapReason.SHED);
        } else if (event instanceof Event.HistoryPage page) {
            List<Message> messages = page.messages().stream()
                    .map(message -> isWritable(format, message) ? message : withoutContent(message))
                    .toList();
            return new Event.HistoryPage(page.id(), page.room(), page.epoch(), messages, page.more());
        }
        return event;
    }

    private boolean isWritable(FrameFormat format, Message message) {
        try {
            return strictly(format, List.of(new Event.Delivered(message))).release();
        } catch (RuntimeException e) {
            complain(format, message, e);
            return false;
        }
    }

    /** Once a minute at most: whoever reads such a message again and again needn't fill the log. */
    private void complain(FrameFormat format, Message message, RuntimeException why) {
        long now = System.nanoTime();
        long last = complained.get();
        if (now - last >= EVERY_NANOS && complained.compareAndSet(last, now)) {
            LOG.error(
                    "message.unencodable room={} seq={} format={} cause={}",
                    LogText.quote(message.room().value()),
                    message.seq(),
                    format,
                    LogText.quote(why.toString()));
        }
    }

    private static Message withoutContent(Message message) {
        return new Message(message.room(), message.seq(), message.at(), message.from(), null, null, Body.RECALLED);
    }

    private ByteBuf strictly(FrameFormat format, List<? extends Event> events) {
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
