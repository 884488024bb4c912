package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.engine.disk.Records.StoredKey;
import io.magpie.gateway.engine.disk.Records.StoredRoom;
import io.magpie.protocol.Body;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.WriteBatch;

/** What is damaged is moved away, and all that can be read goes on in new epochs. */
class LogRepairTest {
    private static final RoomId ROOM = new RoomId("room");
    private static final RoomId OTHER = new RoomId("other");
    private static final UserId USER = new UserId("u");
    private static final int MANY = 2_000;
    private static final int BLOCK = 32_768;

    @TempDir
    Path temp;

    private final AtomicInteger epochs = new AtomicInteger();
    private final List<String> progress = new ArrayList<>();

    @Test
    void leavesAWholeLogAsItIs() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));

        LogRepair.Report report = repair(false);

        assertThat(report.outcome()).isEqualTo(LogRepair.Outcome.WHOLE);
        assertThat(temp.resolve("quarantine")).doesNotExist();
        assertThat(read(ROOM).position()).isEqualTo(new Position("old-1", 10, 10));
    }

    @Test
    void keepsWhatIsNotInADamagedBlockOfATable() throws Exception {
        store(() -> messages(ROOM, 1, 1, MANY), () -> messages(OTHER, 2, 1, 3));
        intoTables();
        byte[] damaged = damageInTheMiddle(largest(".sst"));

        LogRepair.Report report = repair(false);

        Found found = read(ROOM);
        assertThat(report.outcome()).isEqualTo(LogRepair.Outcome.REPAIRED);
        assertThat(report.faults()).anyMatch(fault -> fault.contains(".sst"));
        assertThat(found.texts.size()).isBetween(MANY - 200, MANY - 1);
        assertThat(found.texts)
                .startsWith("1", "2")
                .endsWith(MANY - 1 + "", MANY + "")
                .isSubsetOf(numbers(1, MANY));
        assertThat(found.texts).isSortedAccordingTo(Comparator.comparing(Integer::valueOf));
        assertThat(found.seqs)
                .isEqualTo(LongStream.rangeClosed(1, found.texts.size()).boxed().toList());
        assertThat(found.epoch).startsWith("new-");
        assertThat(read(OTHER).texts).containsExactly("1", "2", "3");
        assertThat(report.messages()).isEqualTo(found.texts.size() + 3L);
        assertThat(report.keys()).isEqualTo(report.messages());
        assertThat(bytesIn(report.quarantine())).anyMatch(bytes -> Arrays.equals(bytes, damaged));
        assertThat(repair(false).outcome()).isEqualTo(LogRepair.Outcome.WHOLE);
    }

    @Test
    void keepsTheRecordsAroundADamagedBlockOfAWriteAheadLog() throws Exception {
        store(() -> messages(ROOM, 1, 1, MANY));
        damageInTheMiddle(largest(".log"));

        LogRepair.Report report = repair(false);

        assertThat(report.faults()).anyMatch(fault -> fault.contains("1 block is damaged"));
        assertThat(read(ROOM).texts).startsWith("1", "2").endsWith(MANY + "").hasSizeBetween(MANY / 2, MANY - 1);
    }

    @Test
    void keepsEverythingWhenOnlyTheListOfFilesIsLost() throws Exception {
        store(() -> messages(ROOM, 1, 1, 100));
        intoTables();
        store(() -> messages(ROOM, 1, 101, 200));
        Files.delete(temp.resolve("log/CURRENT"));

        repair(false);

        assertThat(read(ROOM).texts).isEqualTo(numbers(1, 200));
        assertThat(progress).anyMatch(line -> line.contains(".sst")).anyMatch(line -> line.contains(".log"));
    }

    @Test
    void remembersTheKeysOfWhatItKept() throws Exception {
        store(() -> messages(ROOM, 1, 1, 5));
        Files.delete(temp.resolve("log/CURRENT"));

        repair(false);

        List<StoredKey> keys = keys();
        Found found = read(ROOM);
        assertThat(keys).extracting(StoredKey::key).containsExactly("k1", "k2", "k3", "k4", "k5");
        assertThat(keys).extracting(key -> key.position().epoch()).containsOnly(found.epoch);
        assertThat(keys).extracting(key -> key.position().seq()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void neverBringsBackWhatWasRecalledOrTrimmed() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        intoTables();
        store(this::recallAndTrim);
        Files.delete(temp.resolve("log/CURRENT"));

        repair(false);

        assertThat(read(ROOM).texts).containsExactly("5", "6", "", "8", "9", "10");
    }

    @Test
    void neverBringsBackWhatWasRecalledOrTrimmedWhenTheOlderRecordIsReadLater() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        Path old = Files.copy(largest(".log"), temp.resolve("old"));
        intoTables();
        store(this::recallAndTrim);
        intoTables();
        Files.move(old, temp.resolve("log/999999.log"));
        Files.delete(temp.resolve("log/CURRENT"));

        repair(false);

        assertThat(read(ROOM).texts).containsExactly("5", "6", "", "8", "9", "10");
    }

    @Test
    void saysWhatItWouldKeepAndLeavesTheLogAsItIs() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        Files.delete(temp.resolve("log/CURRENT"));
        List<Path> before = files();

        LogRepair.Report report = repair(true);

        assertThat(report.messages()).isEqualTo(10);
        assertThat(report.rooms()).isEqualTo(1);
        assertThat(files()).containsAll(before);
        assertThat(temp.resolve("quarantine")).doesNotExist();
        assertThatThrownBy(() -> Storage.open(temp.resolve("log"))).isInstanceOf(StorageException.class);
    }

    @Test
    void finishesARepairThatWasInterrupted() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        Files.move(temp.resolve("log"), temp.resolve("log.repaired"));

        assertThatThrownBy(() -> DataDirectory.open(temp))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("magpie repair");
        assertThat(repair(true).outcome()).isEqualTo(LogRepair.Outcome.FINISHED);
        assertThat(temp.resolve("log.repaired")).exists();
        assertThat(repair(false).outcome()).isEqualTo(LogRepair.Outcome.FINISHED);

        DataDirectory.open(temp).close();
        assertThat(read(ROOM).texts).hasSize(10);
    }

    @Test
    void neverTakesWhatARepairLeftHalfDone() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        Files.createDirectory(temp.resolve("log.repairing"));
        Files.writeString(temp.resolve("log.repairing/CURRENT"), "half");
        Files.delete(temp.resolve("log/CURRENT"));

        repair(false);

        assertThat(temp.resolve("log.repairing")).doesNotExist();
        assertThat(read(ROOM).texts).hasSize(10);
    }

    @Test
    void findsThatTheListOfTablesEndsTooEarly() throws Exception {
        store(() -> messages(ROOM, 1, 1, 100));
        intoTables();
        Path manifest = largest("MANIFEST-");
        byte[] whole = Files.readAllBytes(manifest);
        Files.write(manifest, Arrays.copyOf(whole, whole.length - 60));
        Map<Path, String> before = contents();

        assertThatThrownBy(() -> LogCheck.refuseLostTables(temp.resolve("log")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(manifest.getFileName().toString())
                .hasMessageContaining(".sst has records that are nowhere else");
        assertThat(repair(true).messages()).isEqualTo(100);
        assertThat(contents()).isEqualTo(before);
        repair(false);

        assertThat(read(ROOM).texts).isEqualTo(numbers(1, 100));
    }

    @Test
    void letsATablePassThatACrashLeftWhoseRecordsAreElsewhere() throws Exception {
        store(() -> messages(ROOM, 1, 1, 100));
        intoTables();
        Path table = largest(".sst");
        Files.copy(table, table.resolveSibling("999999.sst"));

        LogCheck.refuseLostTables(temp.resolve("log"));

        assertThat(repair(false).outcome()).isEqualTo(LogRepair.Outcome.WHOLE);
    }

    @Test
    void letsATablePassThatALossOfPowerLeftHalfWritten() throws Exception {
        store(() -> messages(ROOM, 1, 1, MANY));
        intoTables();
        Path table = largest(".sst");
        damageInTheMiddle(Files.copy(table, table.resolveSibling("999999.sst")));

        LogCheck.refuseLostTables(temp.resolve("log"));

        assertThat(repair(false).outcome()).isEqualTo(LogRepair.Outcome.WHOLE);
    }

    @Test
    void saysWhichOfTheLogsOwnFilesIsDamaged() throws Exception {
        store(() -> messages(ROOM, 1, 1, MANY));
        intoTables();
        Path table = largest(".sst");
        damageInTheMiddle(table);

        assertThatThrownBy(() -> LogCheck.readAll(temp.resolve("log"))).hasMessageContaining(table.toString());
    }

    @Test
    void changesNothingOfALogThatItOnlyLooksAt() throws Exception {
        store(() -> messages(ROOM, 1, 1, MANY));
        intoTables();
        store(() -> messages(ROOM, 1, MANY + 1, MANY + 10));
        Map<Path, String> whole = contents();
        assertThat(repair(true).outcome()).isEqualTo(LogRepair.Outcome.WHOLE);
        assertThat(contents()).isEqualTo(whole);
        damageInTheMiddle(largest(".sst"));
        Map<Path, String> damaged = contents();

        assertThat(repair(true).outcome()).isEqualTo(LogRepair.Outcome.REPAIRED);

        assertThat(contents()).isEqualTo(damaged);
    }

    @Test
    void goesOnAfterAPageOfZerosWithinALargeRecord() throws Exception {
        store(() -> oneBatch(ROOM, 1, 1, MANY), () -> oneBatch(OTHER, 2, 1, 5));
        Path log = largest(".log");
        byte[] bytes = Files.readAllBytes(log);
        assertThat(bytes.length).isGreaterThan(3 * BLOCK);
        Arrays.fill(bytes, BLOCK, BLOCK + 4_096, (byte) 0);
        Files.write(log, bytes);

        LogRepair.Report report = repair(false);

        assertThat(report.faults()).anyMatch(fault -> fault.contains("damaged"));
        assertThat(read(OTHER).texts).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void saysHowManyMessagesNoRoomIsKnownOf() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10), () -> {
            WriteBatch batch = new WriteBatch();
            put(batch, message(OTHER, 7, 1, new Body.Text(utf8("orphan"))));
            return batch;
        });
        Files.delete(temp.resolve("log/CURRENT"));

        assertThat(repair(false).faults()).anyMatch(fault -> fault.startsWith("1 messages can't be kept"));
    }

    @Test
    void knowsARoomWhoseRecordIsLostByItsCopy() throws Exception {
        store(() -> {
            WriteBatch batch = messages(ROOM, 1, 1, 10);
            StoredRoom trimmed = new StoredRoom(1, "old-1", 3, 3, 30);
            RoomLog.put(storage, batch, ROOM, trimmed);
            return batch;
        });
        intoTables();
        for (Path file : files()) {
            if (file.toString().endsWith(".sst") && familyOf(file).equals("ROOMS")) {
                Files.delete(file);
            }
        }

        repair(false);

        assertThat(read(ROOM).texts).isEqualTo(numbers(4, 10));
    }

    private static String familyOf(Path table) throws RocksDBException {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            return new String(reader.getTableProperties().getColumnFamilyName(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void refusesRecordsOfANewerVersionInsteadOfLeavingThemOut() throws Exception {
        store(() -> {
            WriteBatch batch = messages(ROOM, 1, 1, 10);
            byte[] key = Records.messageKey(1, 11);
            byte[] value = Records.message(key, message(ROOM, 1, 11, new Body.Text(utf8("11"))), 110);
            put(batch, Storage.Family.MESSAGES, key, RecordsTest.ofVersion(2, key, value));
            return batch;
        });

        assertThatThrownBy(() -> repair(false)).hasMessageContaining("has version 2");
        Files.delete(temp.resolve("log/CURRENT"));
        assertThatThrownBy(() -> repair(false)).hasMessageContaining("has version 2");
        assertThat(temp.resolve("quarantine")).doesNotExist();
        assertThat(temp.resolve("log.salvaged")).doesNotExist();
    }

    @Test
    void mendsADirectoryThatDoesNotSayItsFormat() throws Exception {
        store(() -> messages(ROOM, 1, 1, 10));
        Files.writeString(temp.resolve("magpie.format"), "?");

        assertThat(repair(false).outcome()).isEqualTo(LogRepair.Outcome.FINISHED);

        DataDirectory.open(temp).close();
    }

    @Test
    void refusesADirectoryThatIsInUseOrHasNoLog() throws Exception {
        assertThatThrownBy(() -> repair(false))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("there is no log in " + temp);
        store(() -> messages(ROOM, 1, 1, 10));
        try (DataDirectory used = DataDirectory.open(temp)) {
            assertThat(used.files()).exists();
            assertThatThrownBy(() -> repair(false)).hasMessageContaining("is used by another process");
        }
    }

    private LogRepair.Report repair(boolean dryRun) {
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
        return new LogRepair(() -> "new-" + epochs.incrementAndGet(), clock, progress::add)
                .run(temp, 1_000_000, dryRun);
    }

    /** What is written together. */
    private interface Batch {
        WriteBatch make() throws RocksDBException;
    }

    private Storage storage;

    private void store(Batch... batches) throws RocksDBException {
        DataDirectory.open(temp).close();
        try (Storage open = Storage.open(temp.resolve("log"))) {
            storage = open;
            for (Batch batch : batches) {
                try (WriteBatch made = batch.make()) {
                    open.write(made, true);
                }
            }
        }
    }

    /** What is in the write-ahead log becomes a table when the log is opened. */
    private void intoTables() {
        Storage.open(temp.resolve("log")).close();
    }

    /** Messages that say their numbers, each in a record of its own, with keys. */
    private WriteBatch messages(RoomId room, long number, int from, int to) throws RocksDBException {
        byte[] key = Records.roomKey(room);
        WriteBatch batch = new WriteBatch();
        put(batch, Storage.Family.META, LogWriter.NEXT_ROOM, Records.counter(LogWriter.NEXT_ROOM, 100));
        put(batch, Storage.Family.ROOMS, key, Records.room(key, new StoredRoom(number, "old-" + number, 0, -1, 0)));
        for (int seq = from; seq <= to; seq++) {
            Message message = message(room, number, seq, new Body.Text(utf8(Integer.toString(seq))));
            put(batch, message);
            byte[] ordinal = Records.ordinalKey(number * 1_000_000 + seq);
            Position position = new Position("old-" + number, seq, message.at());
            StoredKey stored = new StoredKey(USER, "k" + seq, position, 1, 2, 3);
            put(batch, Storage.Family.KEYS, ordinal, Records.key(ordinal, stored));
            storage.write(batch, false);
            batch.clear();
        }
        return batch;
    }

    /** Message 7 is recalled, and all up to 4 are trimmed. */
    private WriteBatch recallAndTrim() throws RocksDBException {
        WriteBatch batch = new WriteBatch();
        put(batch, message(ROOM, 1, 7, Body.RECALLED));
        byte[] key = Records.roomKey(ROOM);
        put(batch, Storage.Family.ROOMS, key, Records.room(key, new StoredRoom(1, "old-1", 4, 4, 40)));
        return batch;
    }

    /** Messages in one record. */
    private WriteBatch oneBatch(RoomId room, long number, int from, int to) throws RocksDBException {
        byte[] key = Records.roomKey(room);
        WriteBatch batch = new WriteBatch();
        put(batch, Storage.Family.ROOMS, key, Records.room(key, new StoredRoom(number, "old-" + number, 0, -1, 0)));
        for (int seq = from; seq <= to; seq++) {
            put(batch, message(room, number, seq, new Body.Text(utf8(Integer.toString(seq)))));
        }
        return batch;
    }

    private static Message message(RoomId room, long number, long seq, Body body) {
        // Long and without a pattern, so that the table of messages is the largest.
        String name = Long.toHexString(seq * 0x9E3779B97F4A7C15L) + Long.toHexString(seq * 0xC2B2AE3D27D4EB4FL);
        return new Message(room, seq, seq, new Sender(USER, name + number), null, null, body);
    }

    private void put(WriteBatch batch, Message message) throws RocksDBException {
        String name = String.valueOf(message.from().name());
        long number = Long.parseLong(name.substring(name.length() - 1));
        byte[] key = Records.messageKey(number, message.seq());
        put(batch, Storage.Family.MESSAGES, key, Records.message(key, message, 10 * message.seq()));
    }

    private void put(WriteBatch batch, Storage.Family family, byte[] key, byte[] value) throws RocksDBException {
        batch.put(storage.handle(family), key, value);
    }

    /** A room as it is read. */
    private record Found(String epoch, Position position, List<String> texts, List<Long> seqs) {}

    private Found read(RoomId room) {
        try (Storage open = Storage.open(temp.resolve("log"))) {
            LogReader reader = new LogReader(open, 2 * MANY, Long.MAX_VALUE, () -> "unknown");
            LogReader.Loaded loaded = reader.load(room);
            return new Found(
                    loaded.log().epoch,
                    loaded.log().position(),
                    loaded.recent().stream()
                            .map(message -> new String(message.body().bytes(), StandardCharsets.UTF_8))
                            .toList(),
                    loaded.recent().stream().map(Message::seq).toList());
        }
    }

    private List<StoredKey> keys() {
        try (Storage open = Storage.open(temp.resolve("log"))) {
            return open.read(view -> view.walk(Storage.Family.KEYS, new byte[0], new byte[] {-1}, at -> {
                List<StoredKey> keys = new ArrayList<>();
                for (at.seekToFirst(); at.isValid(); at.next()) {
                    keys.add(Records.key(at.key(), at.value()));
                }
                return keys;
            }));
        }
    }

    private static List<String> numbers(int from, int to) {
        return LongStream.rangeClosed(from, to).mapToObj(Long::toString).toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns what is in the file now. */
    private static byte[] damageInTheMiddle(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        return bytes;
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> all = new TreeMap<>();
        for (Path file : files()) {
            all.put(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
        return all;
    }

    private Path largest(String part) throws IOException {
        return files().stream()
                .filter(file -> file.toString().contains(part))
                .max(Comparator.comparing(file -> file.toFile().length()))
                .orElseThrow();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(temp)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static List<byte[]> bytesIn(Path directory) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.add(Files.readAllBytes(file));
            }
        }
        return all;
    }
}
