package io.magpie.gateway.delivery;

import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection that keeps what it is given, on a loop that the test turns. */
final class RecordedConnection implements Connection {
    final List<String> delivered = new ArrayList<>();
    final List<CloseCode> closes = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final String id;
    private final FrameFormat format;
    private final DeliveryLoop loop;
    private Outcome outcome = Outcome.WRITTEN;
    private Runnable onDelivery = () -> {};
    private String separator = "";

    /** Writes of batches, however many there are in one. */
    int writes;

    RecordedConnection(String id, FrameFormat format, DeliveryLoop loop) {
        this.id = id;
        this.format = format;
        this.loop = loop;
    }

    /** What the next batches become. */
    RecordedConnection answering(Outcome next) {
        outcome = next;
        return this;
    }

    /** Batches end with this, so that several in one write can be told apart. */
    RecordedConnection separating(String end) {
        separator = end;
        return this;
    }

    /** Done within each delivery, before it is kept; may throw. */
    RecordedConnection doing(Runnable action) {
        onDelivery = action;
        return this;
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
        return closes.isEmpty();
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public void activate() {
        throw new UnsupportedOperationException("delivery doesn't activate");
    }

    @Override
    public Outcome deliver(ByteBuf frames) {
        if (!open()) {
            return Outcome.REFUSED;
        }
        onDelivery.run();
        if (outcome == Outcome.WRITTEN) {
            writes++;
            String text = new String(ByteBufUtil.getBytes(frames), StandardCharsets.ISO_8859_1);
            delivered.addAll(separator.isEmpty() ? List.of(text) : List.of(text.split(separator)));
        }
        return outcome;
    }

    @Override
    public boolean writable() {
        return outcome == Outcome.WRITTEN;
    }

    @Override
    public void whenWritable(Runnable task) {
        if (outcome == Outcome.WRITTEN) {
            loop.post(task);
        } else {
            waiting.add(task);
        }
    }

    /** The reader is quick again. */
    void resume() {
        outcome = Outcome.WRITTEN;
        waiting.forEach(loop::post);
        waiting.clear();
    }

    @Override
    public void send(ByteBuf frames) {
        delivered.add(new String(ByteBufUtil.getBytes(frames), StandardCharsets.ISO_8859_1));
        frames.release();
    }

    @Override
    public void close(CloseCode code, String reason) {
        closes.add(code);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        throw new UnsupportedOperationException("delivery has no timers");
    }
}
