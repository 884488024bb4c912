package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.DedupWindow;
import io.magpie.gateway.engine.Draft;
import io.magpie.protocol.Body;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Writes a data directory with one of everything, for later versions to open: {@code main ZIP}. */
final class FormatFixture {
    static final RoomId ROOM = new RoomId("old");
    /** What the clock of the tests of engines begins with. */
    static final long TIME = 1_700_000_000_000L;

    static final String EPOCH = "epoch-of-old";
    static final Sender SENDER = new Sender(new UserId("lin"), "林");

    private FormatFixture() {}

    public static void main(String... arguments) throws IOException, RocksDBException {
        Path data = Files.createTempDirectory("magpie-format");
        write(data);
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[0]));
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(data)) {
            for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(data.relativize(path).toString()));
                Files.copy(path, zip);
                zip.closeEntry();
            }
        }
    }

    /** Not 1, which was trimmed. */
    static List<Message> messages() {
        return List.of(
                message(2, null, null, new Body.Json(utf8("{\"a\":[1,\"鹊桥\"]}"))),
                message(3, "k-3", "poll", new Body.Text(utf8("text"))),
                message(4, null, null, new Body.Cbor(new byte[] {(byte) 0xA0})),
                message(5, null, null, new Body.Binary(new byte[] {0, -1, 127})),
                message(6, null, null, Body.RECALLED));
    }

    private static Message message(long seq, String key, String kind, Body body) {
        return new Message(ROOM, seq, TIME + seq, SENDER, key, kind, body);
    }

    /** A part of it in a table, a part in the write-ahead log. */
    private static void write(Path data) throws RocksDBException {
        DataDirectory.open(data).close();
        for (int half = 0; half < 2; half++) {
            try (Storage storage = Storage.open(data.resolve("log"));
                    WriteBatch batch = new WriteBatch()) {
                byte[] room = Records.roomKey(ROOM);
                Records.StoredRoom stored = new Records.StoredRoom(1, EPOCH, 1, TIME + 1, 64);
                batch.put(storage.handle(Storage.Family.ROOMS), room, Records.room(room, stored));
                batch.put(
                        storage.handle(Storage.Family.META),
                        LogWriter.NEXT_ROOM,
                        Records.counter(LogWriter.NEXT_ROOM, 2));
                for (Message message :
                        half == 0 ? messages().subList(0, 2) : messages().subList(2, 5)) {
                    byte[] key = Records.messageKey(1, message.seq());
                    batch.put(
                            storage.handle(Storage.Family.MESSAGES),
                            key,
                            Records.message(key, message, 64 * message.seq()));
                }
                Message keyed = messages().get(1);
                Draft draft = new Draft(SENDER, "k-3", "poll", keyed.body(), 0);
                Position position = new Position(EPOCH, keyed.seq(), keyed.at());
                DedupWindow.Entry entry = DedupWindow.Entry.of(draft, position, 0);
                byte[] ordinal = Records.ordinalKey(0);
                Records.StoredKey key =
                        new Records.StoredKey(SENDER.id(), "k-3", position, entry.length(), entry.checksum(), TIME);
                batch.put(storage.handle(Storage.Family.KEYS), ordinal, Records.key(ordinal, key));
                storage.write(batch, true);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
