package io.magpie.gateway.room;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.RateConfig;
import io.magpie.gateway.delivery.BatchEncoder;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.local.LocalEngine;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.RoomId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Rooms on loops that the test runs. */
final class RoomRig {
    final List<ManualLoop> loops;
    final GatewayConfig config;
    final GatewayMetrics metrics = new GatewayMetrics(new SimpleMeterRegistry());
    final RoomShards rooms;

    /** One loop, the local engine, everything as it is by default. */
    RoomRig() {
        this(1, DEFAULTS, localEngine(DEFAULTS));
    }

    RoomRig(int loops, GatewayConfig config, Supplier<Engine> engines) {
        this.loops = IntStream.range(0, loops).mapToObj(ManualLoop::new).toList();
        this.config = config;
        this.rooms = shards(this.loops.stream().map(ManualLoop::delivery).toList(), config, engines, metrics);
    }

    static RoomShards shards(
            List<DeliveryLoop> loops, GatewayConfig config, Supplier<Engine> engines, GatewayMetrics metrics) {
        BatchEncoder encoder =
                new BatchEncoder(ByteBufAllocator.DEFAULT, config.websocket().compression());
        return new RoomShards(loops, shard -> engines.get(), new Broadcaster(encoder), config, metrics);
    }

    /** Makes local engines whose epochs are e1, e2, … and whose clock stands still. */
    static Supplier<Engine> localEngine(GatewayConfig config) {
        AtomicInteger epochs = new AtomicInteger();
        return () -> new LocalEngine(
                config.history(),
                config.dedup(),
                new Engine.Environment(() -> 1_000, () -> 0, () -> "e" + epochs.incrementAndGet()));
    }

    /** The defaults, but rooms keep only so many messages. */
    static GatewayConfig remembering(int messages) {
        return with(
                new GatewayConfig.History(messages, ByteSize.ofKiB(1_024), Duration.ofMinutes(10)),
                GatewayConfig.DEFAULTS.outbound());
    }

    /** The defaults, but no limits of rates. */
    static final GatewayConfig DEFAULTS = with(GatewayConfig.DEFAULTS.history(), GatewayConfig.DEFAULTS.outbound());

    static GatewayConfig with(GatewayConfig.History history, GatewayConfig.Outbound outbound) {
        GatewayConfig d = GatewayConfig.DEFAULTS;
        return new GatewayConfig(
                d.listen(),
                d.management(),
                d.transport(),
                d.http(),
                d.websocket(),
                d.heartbeat(),
                d.plain(),
                d.limits(),
                d.log(),
                history,
                d.dedup(),
                outbound,
                d.resume(),
                d.auth(),
                d.edge(),
                d.tls(),
                new RateConfig(0, 0, 0, 0, 1_000),
                d.overload(),
                d.webhook(),
                Duration.ZERO);
    }

    /** A JSON client on a loop. */
    TestMember member(String name, int loop) {
        return new TestMember(
                name,
                rooms,
                new FakeConnection(name, FrameFormat.JSON, loops.get(loop).delivery()));
    }

    /** A JSON client on the first loop that is in the room. */
    TestMember joined(String name, RoomId room) {
        TestMember member = member(name, 0);
        on(member, () -> member.join(room));
        settle();
        return member;
    }

    /** Runs something on a member's loop, as its socket would; what comes of it waits for {@link #settle}. */
    void on(TestMember member, Runnable task) {
        loops.get(member.connection().loop().index()).inside(task);
    }

    void settle() {
        ManualLoop.settle(loops);
    }

    /** A room that lives on the shard of a loop. */
    RoomId roomOn(int loop) {
        return loops.get(loop).room(loops.size());
    }

    double gauge(String name) {
        return metrics.registry().get(name).gauge().value();
    }
}
