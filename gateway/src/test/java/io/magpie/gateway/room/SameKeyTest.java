package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One user says the same with the same key on many connections at once. */
class SameKeyTest {
    private static final int LOOPS = 4;
    private static final int TIMES = 100;
    private static final RoomId ROOM = new RoomId("hall");

    @Test
    void isHeardOnceAndAnsweredWithOnePlace() {
        RoomRig rig = new RoomRig(LOOPS, RoomRig.DEFAULTS, RoomRig.localEngine(RoomRig.DEFAULTS));
        List<TestMember> connections = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            FakeConnection connection = new FakeConnection(
                    "c" + i, FrameFormat.JSON, rig.loops.get(i % LOOPS).delivery());
            TestMember member = new TestMember("lin", rig.rooms, connection);
            rig.on(member, () -> member.join(ROOM));
            connections.add(member);
        }
        rig.settle();

        connections.forEach(member -> rig.on(member, () -> member.publish(ROOM, "k", "hello")));
        rig.settle();

        List<Appended> answers = connections.stream()
                .flatMap(member -> member.takeAppended().stream())
                .toList();
        checkAnswers(answers);
        assertThat(connections)
                .allSatisfy(member -> assertThat(member.takeTexts()).containsExactly("hello"));
        rig.rooms.close();
        rig.settle();
    }

    @Test
    void isStoredOnceOnRealThreads() throws Exception {
        List<EventExecutor> executors = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            executors.add(new DefaultEventExecutor());
        }
        try {
            List<DeliveryLoop> loops = IntStream.range(0, LOOPS)
                    .mapToObj(i -> new DeliveryLoop(i, executors.get(i)))
                    .toList();
            RoomShards rooms = RoomRig.shards(
                    loops,
                    RoomRig.DEFAULTS,
                    RoomRig.localEngine(RoomRig.DEFAULTS),
                    new GatewayMetrics(new SimpleMeterRegistry()));
            Answers answers = new Answers(new ConcurrentLinkedQueue<>(), new CountDownLatch(TIMES));
            Sender lin = new Sender(new UserId("lin"), null);
            Body hello = new Body.Json("\"hello\"".getBytes(StandardCharsets.UTF_8));
            CompletableFuture<Void> begin = new CompletableFuture<>();
            loops.forEach(loop -> loop.post(begin::join));
            for (int i = 0; i < TIMES; i++) {
                DeliveryLoop loop = loops.get(i % LOOPS);
                Draft draft = new Draft(lin, "k", null, hello, 0);
                loop.post(() -> rooms.publish(ROOM, new Publication(draft, null, answers.on(loop))));
            }
            begin.complete(null);

            assertThat(answers.all().await(10, TimeUnit.SECONDS)).isTrue();
            checkAnswers(answers.taken());
            CompletableFuture<Engine.Page> log = new CompletableFuture<>();
            rooms.read(
                    new Command.History(ROOM, Command.History.UNSET, Command.History.UNSET, 10),
                    log::complete,
                    refusal -> log.completeExceptionally(new AssertionError(refusal.message())));
            assertThat(log.get(10, TimeUnit.SECONDS).messages()).hasSize(1);
        } finally {
            executors.forEach(executor ->
                    executor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly());
        }
    }

    private static void checkAnswers(Collection<Appended> answers) {
        assertThat(answers).hasSize(TIMES).allMatch(Appended.Stored.class::isInstance);
        assertThat(answers.stream().map(answer -> ((Appended.Stored) answer).position()))
                .containsOnly(((Appended.Stored) answers.iterator().next()).position());
        assertThat(answers.stream().filter(answer -> !((Appended.Stored) answer).duplicate()))
                .as("the first")
                .hasSize(1);
    }

    /** What publishers are told, on whichever loops. */
    private record Answers(Queue<Appended> taken, CountDownLatch all) {
        Publisher on(DeliveryLoop home) {
            return new Publisher() {
                @Override
                public DeliveryLoop loop() {
                    return home;
                }

                @Override
                public void onAppended(RoomId room, @Nullable RequestId id, Appended outcome) {
                    taken.add(outcome);
                    all.countDown();
                }
            };
        }
    }
}
