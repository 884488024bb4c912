package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class RetentionTest {
    @TempDir
    Path temp;

    private final AtomicLong millis = new AtomicLong(1_000_000);
    private Storage storage;
    private long numbers;

    @BeforeEach
    void open() {
        storage = Storage.open(temp);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void dropsMessagesThatAreTooOld() throws Exception {
        RoomId room = room("r", 10);
        millis.addAndGet(Duration.ofMinutes(4).toMillis());
        say(room, 1, 11, 5);
        millis.addAndGet(Duration.ofMinutes(2).toMillis());

        retention("log.age=5m").step();

        assertThat(seqs(room)).containsExactly(11L, 12L, 13L, 14L, 15L);
    }

    @Test
    void keepsTheNumberOfARoomThatHasNoMessageLeft() throws Exception {
        RoomId room = room("r", 10);
        millis.addAndGet(Duration.ofMinutes(6).toMillis());

        retention("log.age=5m").step();

        assertThat(seqs(room)).isEmpty();
        assertThat(reader().load(room).log().position().seq()).isEqualTo(10);
        assertThat(reader().load(room).log().position().epoch()).isEqualTo("epoch");
    }

    @Test
    void comesToAllRoomsInTime() throws Exception {
        for (int i = 0; i < 250; i++) {
            room("room-" + i, 1);
        }
        millis.addAndGet(Duration.ofMinutes(6).toMillis());
        Retention retention = retention("log.age=5m");

        for (int step = 0; step < 3; step++) {
            retention.step();
        }

        for (int i = 0; i < 250; i++) {
            assertThat(seqs(new RoomId("room-" + i))).isEmpty();
        }
    }

    @Test
    void leavesAloneWhatIsYoung() throws Exception {
        RoomId room = room("r", 10);

        retention("log.age=5m").step();

        assertThat(seqs(room)).hasSize(10);
    }

    private Retention retention(String setting) {
        GatewayConfig config = TestConfig.with(setting);
        return new Retention(storage, config.log(), millis::get);
    }

    private LogReader reader() {
        return new LogReader(storage, 64, 64 * 1_024, () -> "new");
    }

    private List<Long> seqs(RoomId room) {
        RoomLog log = reader().load(room).log();
        return reader().page(log, new Command.History(room, Command.History.UNSET, 0, 100)).messages().stream()
                .map(Message::seq)
                .toList();
    }

    private RoomId room(String name, int messages) throws RocksDBException {
        RoomId room = new RoomId(name);
        long number = ++numbers;
        try (WriteBatch batch = new WriteBatch()) {
            byte[] key = Records.roomKey(room);
            Records.StoredRoom stored = new Records.StoredRoom(number, "epoch", 0, -1, 0);
            batch.put(storage.handle(Storage.Family.ROOMS), key, Records.room(key, stored));
            storage.write(batch, false);
        }
        say(room, number, 1, messages);
        return room;
    }

    private void say(RoomId room, long number, long from, int count) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (long seq = from; seq < from + count; seq++) {
                Message message = new Message(
                        room,
                        seq,
                        millis.get(),
                        new Sender(new UserId("u"), null),
                        null,
                        null,
                        new Body.Text("x".getBytes(StandardCharsets.US_ASCII)));
                byte[] key = Records.messageKey(number, seq);
                batch.put(
                        storage.handle(Storage.Family.MESSAGES),
                        key,
                        Records.message(key, message, seq * message.weight()));
            }
            storage.write(batch, false);
        }
    }
}
