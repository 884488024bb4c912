package io.magpie.bench.jmh;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Audience;
import io.magpie.gateway.delivery.Backlog;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Event;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The gateway's delivery to one room on one loop, with the meters of production. All that the benchmarks know of the
 * gateway's delivery package is in this class.
 *
 * <p>Owner: the thread that is the loop.
 */
final class GatewayRoom {
    private static final BatchEncoder ENCODER = new BatchEncoder(
            ByteBufAllocator.DEFAULT, GatewayConfig.DEFAULTS.websocket().compression());

    private final Broadcaster broadcaster = new Broadcaster(ENCODER);
    private final DeliveryLoop loop;
    private final Audience audience;

    /** @param executor a loop whose thread is the caller's */
    GatewayRoom(EventExecutor executor) {
        loop = new DeliveryLoop(0, executor);
        Backlog backlog = (reader, after) -> {
            throw new IllegalStateException("nobody falls behind");
        };
        audience = new Audience(1, backlog, new GatewayMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    }

    /** Encodes a batch for a format, and releases it; returns how many bytes there were. */
    static int encode(FrameFormat format, List<Event.Delivered> batch) {
        ByteBuf frames = ENCODER.encode(format, batch);
        int bytes = frames.readableBytes();
        frames.release();
        return bytes;
    }

    /**
     * Adds a JSON member.
     *
     * @param outlet takes the frames of each delivery; they are borrowed
     */
    Membership join(Consumer<ByteBuf> outlet) {
        Membership member = new Membership(Samples.ROOM, new Receiver(loop, outlet), Samples.SENDER);
        audience.enter(member).add(member);
        return member;
    }

    /** Takes a member out of the room's and the loop's list. */
    void leave(Membership member) {
        member.stop();
        audience.exit(member);
    }

    /** Puts a member that has left back into both lists. */
    void rejoin(Membership member) {
        audience.enter(member).add(member);
    }

    /** Goes through the room's own list, oldest member first, as a {@code members} reply does. */
    void walk(Consumer<Membership> visitor) {
        audience.members().forEach(visitor);
    }

    /** Delivers a batch to all members; it is with all of them when this returns, if they are at most 1,024. */
    void broadcast(List<Event.Delivered> batch) {
        broadcaster.broadcast(audience, batch, batch.get(0).message().seq(), System.nanoTime());
    }

    /** A connection that takes JSON and is always open and quick. Immutable. */
    private record Receiver(DeliveryLoop loop, Consumer<ByteBuf> outlet) implements Connection {
        @Override
        public String id() {
            return "bench";
        }

        @Override
        public FrameFormat format() {
            return FrameFormat.JSON;
        }

        @Override
        public boolean open() {
            return true;
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void activate() {}

        @Override
        public Outcome deliver(ByteBuf frames) {
            outlet.accept(frames);
            return Outcome.WRITTEN;
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void whenWritable(Runnable task) {
            throw new IllegalStateException("always writable");
        }

        @Override
        public void send(ByteBuf frames) {
            frames.release();
        }

        @Override
        public void close(CloseCode code, String reason) {
            throw new IllegalStateException("closed with " + code + ": " + reason);
        }

        @Override
        public void after(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("delivery has no timers");
        }
    }
}
