package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.local.LocalEngine;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members come, go, speak, hide, show themselves and stop reading at any moment, on several loops: whatever the order of
 * events, each sees every message of its room once and in order from where it came in. A failure names the seed that repeats it.
 */
class RoomInterleavingTest {
    private static final int LOOPS = 4;
    private static final List<RoomId> ROOMS = List.of(new RoomId("a"), new RoomId("b"), new RoomId("c"));

    private final Ledger ledger = new Ledger();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesAndDoublesNothingInAnyOrderOfSteps(boolean lateEngine) {
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            int before = ledger.places();
            simulate(random, lateEngine);
            assertThat(ledger.faults()).as("seed %s", seed).isEmpty();
            assertThat(ledger.places()).as("seed %s", seed).isGreaterThan(before);
        }
    }

    private void simulate(Random random, boolean lateEngine) {
        // Every third run remembers so little that joiners come too late.
        GatewayConfig config = random.nextInt(3) == 0 ? RoomRig.remembering(5) : RoomRig.DEFAULTS;
        List<LateEngine> engines = new ArrayList<>();
        String run = Integer.toHexString(random.nextInt());
        Supplier<Engine> local = () -> new LocalEngine(
                config.history(),
                config.dedup(),
                new Engine.Environment(() -> 1_000, () -> 0, () -> run + Integer.toHexString(random.nextInt())));
        RoomRig rig = new RoomRig(LOOPS, config, lateEngine ? LateEngine.each(local, engines) : local);
        List<WatchedMember> members =
                members(12, rig.rooms, i -> rig.loops.get(i % LOOPS).delivery());
        int slowStart = random.nextInt(100);
        for (int step = 0; step < 400; step++) {
            if (random.nextInt(3) == 0) {
                WatchedMember member = members.get(random.nextInt(members.size()));
                Runnable deed = deed(member, random);
                rig.loops.get(member.loop().index()).inside(deed);
            } else if (lateEngine && step >= slowStart && random.nextBoolean()) {
                int shard = random.nextInt(LOOPS);
                rig.loops.get(shard).inside(engines.get(shard)::releaseOne);
            } else {
                rig.loops.get(random.nextInt(LOOPS)).step();
            }
        }
        letAllCatchUp(rig, members, engines);
        checkAllCaughtUp(members);
        assertThat(rig.gauge("magpie.members"))
                .isEqualTo(members.stream()
                        .mapToInt(member -> member.isIn() ? 1 : 0)
                        .sum());
        assertThat(rig.gauge("magpie.members.behind")).isZero();
        rig.rooms.close();
        rig.settle();
    }

    private static void letAllCatchUp(RoomRig rig, List<WatchedMember> members, List<LateEngine> engines) {
        members.forEach(member -> rig.loops.get(member.loop().index()).inside(() -> {
            member.show();
            member.slow(false);
        }));
        rig.settle();
        while (engines.stream().anyMatch(engine -> engine.held() > 0)) {
            for (int shard = 0; shard < LOOPS; shard++) {
                rig.loops.get(shard).inside(engines.get(shard)::releaseAll);
            }
            rig.settle();
        }
    }

    @Test
    void losesAndDoublesNothingOnRealThreads() throws Exception {
        List<EventExecutor> executors = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            executors.add(new DefaultEventExecutor());
        }
        List<DeliveryLoop> loops = IntStream.range(0, LOOPS)
                .mapToObj(i -> new DeliveryLoop(i, executors.get(i)))
                .toList();
        GatewayConfig config = RoomRig.DEFAULTS;
        RoomShards rooms = RoomRig.shards(
                loops, config, RoomRig.localEngine(config), new GatewayMetrics(new SimpleMeterRegistry()));
        List<WatchedMember> members = members(50, rooms, i -> loops.get(i % LOOPS));
        Random random = new Random(42);
        try {
            for (int step = 0; step < 20_000; step++) {
                WatchedMember member = members.get(random.nextInt(members.size()));
                member.loop().post(deed(member, random));
                if (step % 1_000 == 999) {
                    // The queues never grow beyond what the loops can hold back.
                    drain(executors);
                }
            }
            members.forEach(member -> member.loop().post(() -> {
                member.show();
                member.slow(false);
            }));
            for (int i = 0; i < 100; i++) {
                drain(executors);
            }
            assertThat(ledger.faults()).isEmpty();
            assertThat(ledger.places()).isGreaterThan(5_000);
            for (EventExecutor executor : executors) {
                checkAllAnswered(members, executor);
            }
            checkAllCaughtUp(members);
        } finally {
            rooms.close();
            executors.forEach(executor ->
                    executor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly());
        }
    }

    private void checkAllAnswered(List<WatchedMember> members, EventExecutor executor) throws Exception {
        List<WatchedMember> here = members.stream()
                .filter(member -> member.loop().executor() == executor)
                .toList();
        CompletableFuture.runAsync(() -> checkAllAnswered(here), executor).get(10, TimeUnit.SECONDS);
    }

    private List<WatchedMember> members(int count, RoomShards rooms, IntFunction<DeliveryLoop> loopOf) {
        return IntStream.range(0, count)
                .mapToObj(i -> new WatchedMember("m" + i, ROOMS.get(i % ROOMS.size()), rooms, loopOf.apply(i), ledger))
                .toList();
    }

    private static Runnable deed(WatchedMember member, Random random) {
        return switch (random.nextInt(14)) {
            case 0 -> () -> member.join(true);
            case 1 -> () -> member.join(false);
            case 2 -> member::leave;
            case 3, 4 -> () -> member.slow(true);
            case 5 -> () -> member.slow(false);
            case 6 ->
                () -> {
                    member.publish();
                    member.publish();
                };
            case 7, 8 -> member::hide;
            case 9, 10 -> member::show;
            default -> member::publish;
        };
    }

    /** Waits until nothing is under way: each round outlives one hop between loops. */
    private static void drain(List<EventExecutor> executors) {
        for (int hop = 0; hop < 8; hop++) {
            executors.forEach(executor -> executor.submit(() -> {}).awaitUninterruptibly());
        }
    }

    private static void checkAllAnswered(List<WatchedMember> members) {
        assertThat(members).allMatch(WatchedMember::allAnswered);
    }

    /** Who is in a room has seen its last message. */
    private void checkAllCaughtUp(List<WatchedMember> members) {
        for (RoomId room : ROOMS) {
            List<Long> positions = members.stream()
                    .filter(member -> member.room().equals(room))
                    .map(WatchedMember::position)
                    .flatMap(Optional::stream)
                    .map(Position::seq)
                    .distinct()
                    .toList();
            if (positions.size() > 1) {
                ledger.fault("members of " + room + " ended at " + positions);
            }
        }
        assertThat(ledger.faults()).isEmpty();
        checkAllAnswered(members);
    }
}
