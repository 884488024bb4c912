package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.EngineContract;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskEngineTest extends EngineContract {
    @TempDir
    Path temp;

    private final AtomicInteger epochs = new AtomicInteger();
    private String[] settings = {"log.messages=1000000"};
    private DiskLog log;

    @Override
    protected Engine create(Setup setup) {
        closeLog();
        GatewayConfig.Dedup dedup = setup.dedup();
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "log.kind=disk",
                                "log.directory=" + temp,
                                "log.min-free=0",
                                "dedup.window=" + dedup.window().toSeconds() + "s",
                                "dedup.keys=" + dedup.keys()),
                        java.util.Arrays.stream(settings))
                .toArray(String[]::new);
        log = DiskLog.open(
                TestConfig.with(all),
                new Engine.Environment(
                        setup.clock()::millis, setup.clock()::nanos, () -> "e" + epochs.incrementAndGet()),
                new SimpleMeterRegistry());
        return log.engine(setup.shard());
    }

    @Override
    protected void release() {
        closeLog();
    }

    private void closeLog() {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    @Test
    void keepsTheLogOfARoomAcrossARestart() {
        subscribe(room);
        fill(20);
        Position last = position(append(room, draft("a", "k", "last")));
        announced.take(room, 1);

        restart();
        Engine.Subscription again = subscribe(room);

        assertThat(again.head()).isEqualTo(last);
        assertThat(again.recent()).extracting(Message::seq).endsWith(20L, 21L);
        assertPage(after(0, 100), 1, 21, false);
        assertThat(seqs(append(room, draft("a", null, "next")))).containsExactly(22L);
    }

    @Test
    void knowsARetryAfterARestart() {
        subscribe(room);
        Position first = position(append(room, draft("a", "k", "hello")));
        announced.take(room, 1);
        clock.advance(Duration.ofMinutes(5));

        restart();
        subscribe(room);

        assertThat(append(room, draft("a", "k", "hello")).get(0)).isEqualTo(new Appended.Stored(first, true));
        assertThat(append(room, draft("a", "k", "other")).get(0))
                .isInstanceOfSatisfying(
                        Appended.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.KEY_CONFLICT));
        clock.advance(Duration.ofMinutes(6));
        assertThat(append(room, draft("a", "k", "other"))).allMatch(DiskEngineTest::isNew);
    }

    @Test
    void remembersAsManyKeysAsItShouldAcrossARestart() {
        subscribe(room);
        for (int i = 0; i < 20; i++) {
            int from = i * 500;
            append(
                    room,
                    java.util.stream.IntStream.range(from, from + 500)
                            .mapToObj(n -> draft("a", "k" + n, "x"))
                            .toArray(io.magpie.gateway.engine.Draft[]::new));
        }
        announced.take(room, 10_000);

        restart();
        subscribe(room);

        assertThat(seqs(append(room, draft("a", "k9000", "x")))).containsExactly(9_001L);
        assertThat(seqs(append(room, draft("a", "k8999", "x")))).containsExactly(10_001L);
    }

    @Test
    void keepsRoomsApartAcrossARestart() {
        RoomId other = new RoomId(room.value() + "-other");
        subscribe(room);
        subscribe(other);
        append(room, draft("a", null, "1"));
        append(other, draft("a", null, "2"));
        announced.take(room, 1);
        announced.take(other, 1);

        restart();
        RoomId third = new RoomId(room.value() + "-third");
        subscribe(room);
        subscribe(other);
        subscribe(third);
        append(third, draft("a", null, "3"));

        assertThat(newest(room, 10).messages()).extracting(m -> text(m.body())).containsExactly("1");
        assertThat(newest(other, 10).messages()).extracting(m -> text(m.body())).containsExactly("2");
        assertThat(newest(third, 10).messages()).extracting(m -> text(m.body())).containsExactly("3");
    }

    @Test
    void continuesARoomThatIsFollowedAgainWhileItsLastBatchIsOnItsWay() {
        subscribe(room);
        CompletableFuture<Engine.Subscription> again = new CompletableFuture<>();
        CompletableFuture<List<Appended>> first = new CompletableFuture<>();
        CompletableFuture.runAsync(
                        () -> {
                            engine().append(room, List.of(draft("a", null, "1")), first::complete);
                            engine().unsubscribe(room);
                            engine().subscribe(room, announced, again::complete, DiskEngineTest::unexpected);
                        },
                        shard)
                .join();

        assertThat(seqs(await(first))).containsExactly(1L);
        assertThat(await(again).head().seq()).isEqualTo(1);
        assertThat(seqs(append(room, draft("a", null, "2")))).containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.messages=100", "log.bytes=20KiB"})
    void trimsTheOldestMessagesOfARoom(String bound) {
        settings = new String[] {bound};
        restart();
        subscribe(room);
        for (int i = 0; i < 20; i++) {
            fill(50);
        }

        // It is trimmed after the answer.
        restart();
        subscribe(room);
        List<Message> kept = after(0, 1_000).messages();

        assertThat(kept.get(kept.size() - 1).seq()).isEqualTo(1_000);
        assertThat(kept.size()).isBetween(100, 200);
        restart();
        assertThat(subscribe(room).head().seq()).isEqualTo(1_000);
        assertThat(after(0, 1_000).messages()).isEqualTo(kept);
    }

    @Test
    void refusesWhatItHasNoRoomForAndGoesOnReading() {
        subscribe(room);
        Position first = position(append(room, draft("a", "k", "hello")));
        announced.take(room, 1);
        settings = new String[] {"log.min-free=1048576GiB"};
        restart();
        subscribe(room);

        List<Appended> outcomes = append(room, draft("a", "k", "hello"), draft("a", "new", "x"));

        assertThat(outcomes.get(0)).isEqualTo(new Appended.Stored(first, true));
        assertThat(outcomes.get(1))
                .isInstanceOfSatisfying(
                        Appended.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_FULL));
        assertThat(newest(room, 10).messages()).hasSize(1);
        assertThat(log.sound()).isTrue();
    }

    @Test
    void givesAWholePageOfAnOldLog() {
        fill(500);

        assertPage(after(0, 100), 1, 100, true);
        assertPage(before(401, 100), 301, 400, true);
        restart();
        subscribe(room);
        assertPage(after(400, 100), 401, 500, false);
    }
}
