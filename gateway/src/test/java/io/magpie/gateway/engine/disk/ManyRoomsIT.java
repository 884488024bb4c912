package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** How long a start takes with a million rooms. Takes minutes, so only {@code ./magpie test --long} runs it. */
@EnabledIfSystemProperty(named = "magpie.long", matches = "true")
class ManyRoomsIT {
    private static final int ROOMS = 1_000_000;
    private static final int MESSAGES = 10;

    @TempDir
    Path temp;

    @Test
    void isReadySoonHoweverManyRoomsAreStored() throws Exception {
        GatewayConfig config = TestConfig.with("log.kind=disk", "log.directory=" + temp, "log.min-free=0");
        Engine.Environment environment = new Engine.Environment(System::currentTimeMillis, System::nanoTime, () -> "e");
        DiskLog.open(config, environment, new SimpleMeterRegistry()).close();
        fill();
        ExecutorService shard = Executors.newSingleThreadExecutor();

        long begin = System.nanoTime();
        try (DiskLog log = DiskLog.open(config, environment, new SimpleMeterRegistry())) {
            Engine engine = log.engine(shard);
            CompletableFuture<Engine.Subscription> ready = new CompletableFuture<>();
            shard.execute(() -> engine.subscribe(
                    new RoomId("room-777777"),
                    (room, messages) -> {},
                    ready::complete,
                    refusal -> ready.completeExceptionally(new AssertionError(refusal))));
            assertThat(ready.get(10, TimeUnit.SECONDS).recent()).hasSize(MESSAGES);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            System.err.println("a million rooms: ready after " + took.toMillis() + " ms");
            assertThat(took).isLessThan(Duration.ofSeconds(3));
        } finally {
            shard.shutdown();
        }
    }

    private void fill() throws RocksDBException {
        try (Storage storage = Storage.open(temp.resolve("log"))) {
            for (int first = 0; first < ROOMS; first += 1_000) {
                try (WriteBatch batch = new WriteBatch()) {
                    for (int number = first + 1; number <= first + 1_000; number++) {
                        room(storage, batch, number);
                    }
                    storage.write(batch, false);
                }
            }
        }
    }

    private static void room(Storage storage, WriteBatch batch, int number) throws RocksDBException {
        RoomId room = new RoomId("room-" + number);
        byte[] roomKey = Records.roomKey(room);
        batch.put(
                storage.handle(Storage.Family.ROOMS),
                roomKey,
                Records.room(roomKey, new Records.StoredRoom(number, "e", 0, -1, 0)));
        Body body = new Body.Text("x".repeat(128).getBytes(StandardCharsets.US_ASCII));
        for (long seq = 1; seq <= MESSAGES; seq++) {
            Message message = new Message(
                    room,
                    seq,
                    System.currentTimeMillis(),
                    new Sender(new UserId("u" + number), null),
                    null,
                    null,
                    body);
            byte[] key = Records.messageKey(number, seq);
            batch.put(
                    storage.handle(Storage.Family.MESSAGES),
                    key,
                    Records.message(key, message, seq * message.weight()));
        }
    }
}
