package io.magpie.gateway.room;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A connection without a socket: keeps what was written to it, frame by frame. Used on its loop only. */
public final class FakeConnection implements Connection {
    /** One WebSocket frame as it was written. */
    @SuppressWarnings("ArrayRecordComponent") // compared by its text or bytes only
    public record Frame(boolean binary, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final String id;
    private final FrameFormat format;
    private final DeliveryLoop loop;
    private final List<List<Frame>> writes = new ArrayList<>();
    private final List<String> closeReasons = new ArrayList<>();
    private Optional<CloseCode> closeCode = Optional.empty();
    private BiConsumer<CloseCode, String> onClosing = (code, reason) -> {};
    private boolean open = true;
    private boolean active;
    private boolean reading = true;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean slow;
    private boolean failing;

    public FakeConnection(String id, FrameFormat format, DeliveryLoop loop) {
        this.id = id;
        this.format = format;
        this.loop = loop;
    }

    /** What is told before the close frame. */
    public void onClosing(BiConsumer<CloseCode, String> listener) {
        onClosing = listener;
    }

    /** From now on every write fails as a programming error would. */
    public void fail() {
        failing = true;
    }

    /** The peer went away without a word. */
    public void drop() {
        open = false;
    }

    /** Writes since the last call; each holds the frames of one buffer. */
    public List<List<Frame>> takeWrites() {
        List<List<Frame>> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }

    /** Frames since the last call. */
    public List<Frame> takeFrames() {
        return takeWrites().stream().flatMap(List::stream).toList();
    }

    /** Envelopes since the last call. */
    public List<Event> takeEvents() {
        EventReader reader = new EventReader(format.encoding());
        return takeFrames().stream()
                .flatMap(frame -> reader.read(Unpooled.wrappedBuffer(frame.payload())).stream())
                .toList();
    }

    /** Envelopes since the last call, write by write. */
    public List<List<Event>> takeWriteEvents() {
        EventReader reader = new EventReader(format.encoding());
        return takeWrites().stream()
                .map(write -> write.stream()
                        .flatMap(frame -> reader.read(Unpooled.wrappedBuffer(frame.payload())).stream())
                        .toList())
                .toList();
    }

    public Optional<CloseCode> closeCode() {
        return closeCode;
    }

    public List<String> closeReasons() {
        return closeReasons;
    }

    public boolean active() {
        return active;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public FrameFormat format() {
        return format;
    }

    @Override
    public DeliveryLoop loop() {
        return loop;
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public void reading(boolean on) {
        reading = on;
    }

    /** Whether more is read from the client. */
    public boolean reading() {
        return reading;
    }

    @Override
    public void activate() {
        active = true;
    }

    @Override
    public Outcome deliver(ByteBuf frames) {
        checkLoop();
        if (!open) {
            return Outcome.REFUSED;
        }
        if (slow) {
            return Outcome.BEHIND;
        }
        record(frames);
        return Outcome.WRITTEN;
    }

    @Override
    public boolean writable() {
        return !slow;
    }

    @Override
    public void whenWritable(Runnable task) {
        checkLoop();
        if (slow) {
            waiting.add(task);
        } else {
            loop.post(task);
        }
    }

    /** The client stops reading, or goes on. On its loop. */
    public void slow(boolean isSlow) {
        checkLoop();
        slow = isSlow;
        if (!slow) {
            waiting.forEach(loop::post);
            waiting.clear();
        }
    }

    @Override
    public void send(ByteBuf frames) {
        checkLoop();
        try {
            if (open) {
                record(frames);
            }
        } finally {
            frames.release();
        }
    }

    @Override
    public void close(CloseCode code, String reason) {
        checkLoop();
        if (open && closeCode.isEmpty()) {
            closeCode = Optional.of(code);
            closeReasons.add(reason);
            onClosing.accept(code, reason);
            open = false;
        }
    }

    @Override
    public void after(Duration delay, Runnable task) {
        checkLoop();
        loop.executor()
                .schedule(
                        () -> {
                            if (open) {
                                task.run();
                            }
                        },
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void checkLoop() {
        if (!loop.inLoop()) {
            throw new AssertionError("called outside its loop");
        }
    }

    private void record(ByteBuf buffer) {
        if (failing) {
            throw new IllegalStateException("planted fault of " + id);
        }
        List<Frame> frames = new ArrayList<>();
        ByteBuf in = buffer.duplicate();
        while (in.isReadable()) {
            int opcode = in.readByte() & 0x7F;
            int length = in.readByte() & 0xFF;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readBytes(payload);
            frames.add(new Frame(opcode == 0x2, payload));
        }
        boolean text = format.encoding() == Encoding.JSON;
        boolean mixed = format.encoding() == Encoding.PLAIN;
        if (!mixed && frames.stream().anyMatch(frame -> frame.binary() == text)) {
            throw new AssertionError("frame of the wrong kind for " + format);
        }
        writes.add(frames);
    }
}
