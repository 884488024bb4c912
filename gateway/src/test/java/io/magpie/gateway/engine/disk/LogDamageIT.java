package io.magpie.gateway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.support.DurableFiles;
import io.magpie.gateway.transport.TestConfig;
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
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Damages copies of a log at random: each is whole, or shorter where a write-ahead log ends, or refused with the name of a
 * file, when it is opened or when a room is read; never wrong. What is refused is repaired, and then nothing is wrong
 * either. {@code ./magpie test --long} does it 1,000 times.
 */
class LogDamageIT {
    private static final int ROUNDS = Boolean.getBoolean("magpie.long") ? 1_000 : 150;
    private static final long SEED = Long.getLong("magpie.seed", 20_261_128L);
    private static final int ROOMS = 8;
    private static final int MESSAGES = 100;
    private static final int PARTS = 3;
    private static final int PAGE = 4_096;
    private static final Clock CLOCK = Clock.systemUTC();

    /** What a copy turned out to be. */
    private enum Outcome {
        WHOLE,
        SHORTER,
        UNREADABLE,
        REFUSED
    }

    /** What happened to a file. */
    private record Damage(String kind, Path file) {
        boolean ofLog() {
            return file.toString().endsWith(".log");
        }

        boolean ofTable() {
            return file.toString().endsWith(".sst");
        }
    }

    /** A room as it is read. */
    private record Read(String epoch, List<String> texts) {}

    @TempDir
    Path temp;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final AtomicInteger epochs = new AtomicInteger();
    private final Engine.Environment environment =
            new Engine.Environment(System::currentTimeMillis, System::nanoTime, this::epoch);
    private final Map<RoomId, Read> original = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));

    private String epoch() {
        return "epoch-" + epochs.incrementAndGet();
    }

    /** Two parts are in tables and one is in the write-ahead log; how it was before each is kept. */
    @BeforeEach
    void fill() throws IOException, RocksDBException {
        for (int part = 0; part < PARTS; part++) {
            try (DataDirectory data = DataDirectory.open(temp.resolve("data"));
                    Storage storage = Storage.open(data.files())) {
                for (int seq = part * MESSAGES + 1; seq <= (part + 1) * MESSAGES; seq++) {
                    for (int room = 1; room <= ROOMS; room++) {
                        store(storage, room, seq);
                    }
                }
            }
            copy(temp.resolve("data"), temp.resolve("earlier-" + part));
        }
        for (int room = 1; room <= ROOMS; room++) {
            List<String> texts = Stream.iterate(1, seq -> seq + 1)
                    .limit((long) PARTS * MESSAGES)
                    .map(seq -> "message " + seq)
                    .toList();
            original.put(new RoomId("room-" + room), new Read("first-" + room, texts));
        }
    }

    private static void store(Storage storage, int number, int seq) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            RoomId room = new RoomId("room-" + number);
            String epoch = "first-" + number;
            if (seq == 1) {
                RoomLog.put(storage, batch, room, new Records.StoredRoom(number, epoch, 0, -1, 0));
                batch.put(
                        storage.handle(Storage.Family.META),
                        LogWriter.NEXT_ROOM,
                        Records.counter(LogWriter.NEXT_ROOM, number + 1L));
            }
            byte[] key = Records.messageKey(number, seq);
            Body body = new Body.Text(("message " + seq).getBytes(StandardCharsets.UTF_8));
            Message message = new Message(room, seq, seq, new Sender(new UserId("u"), null), "k" + seq, null, body);
            batch.put(
                    storage.handle(Storage.Family.MESSAGES),
                    key,
                    Records.message(key, message, (long) seq * message.weight()));
            byte[] ordinal = Records.ordinalKey((long) seq * ROOMS + number);
            Records.StoredKey stored = new Records.StoredKey(
                    new UserId("u"), "k" + seq, new Position(epoch, seq, seq), 1, 2, System.currentTimeMillis());
            batch.put(storage.handle(Storage.Family.KEYS), ordinal, Records.key(ordinal, stored));
            storage.write(batch, false);
        }
    }

    @Test
    void neverServesWhatWasNotSaidAndRefusesWithTheNameOfAFile() throws IOException {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        List<Double> kept = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path copy = temp.resolve("copy-" + round);
            copy(temp.resolve("data"), copy);
            Damage damage = damage(copy);
            String what = "seed " + SEED + ", round " + round + ", " + damage;
            Outcome outcome = open(copy, damage, what);
            outcomes.merge(outcome, 1, Integer::sum);
            if (outcome == Outcome.UNREADABLE || outcome == Outcome.REFUSED) {
                repair(copy, damage, what).ifPresent(kept::add);
            }
            DurableFiles.deleteAll(copy);
        }
        double lowest = kept.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        double mean = kept.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        System.err.printf("%d damages: %s; repairs kept %.3f (mean), %.3f (lowest)%n", ROUNDS, outcomes, mean, lowest);
        assertThat(outcomes).containsKeys(Outcome.WHOLE, Outcome.UNREADABLE, Outcome.REFUSED);
        assertThat(mean).isGreaterThan(0.8);
    }

    private Outcome open(Path copy, Damage damage, String what) throws IOException {
        Map<RoomId, Read> read;
        try (DataDirectory data = DataDirectory.open(copy)) {
            LogCheck.refuseLostTables(data.files());
            try (Storage storage = Storage.open(data.files())) {
                GatewayConfig.Dedup dedup = TestConfig.with().dedup();
                StoredKeys.load(storage, dedup, environment);
                new LogWriter.RoomNumbers(storage);
                try {
                    read = read(storage);
                } catch (StorageException e) {
                    assertNamesAFile(copy, e, what);
                    return Outcome.UNREADABLE;
                }
            }
        } catch (StorageException e) {
            assertNamesAFile(copy, e, what);
            return Outcome.REFUSED;
        }
        boolean whole = true;
        for (RoomId room : original.keySet()) {
            Read before = original.get(room);
            Read now = read.get(room);
            if (!now.epoch().equals(before.epoch())) {
                assertThat(now.texts()).as(what).isEmpty();
                whole = false;
                continue;
            }
            assertThat(before.texts().subList(0, now.texts().size())).as(what).isEqualTo(now.texts());
            whole &= now.texts().size() == before.texts().size();
        }
        assertThat(whole || damage.ofLog()).as(what).isTrue();
        return whole ? Outcome.WHOLE : Outcome.SHORTER;
    }

    private static void assertNamesAFile(Path copy, StorageException refusal, String what) throws IOException {
        try (Stream<Path> files = Files.walk(copy)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> "/" + file.getFileName())
                    .toList();
            assertThat(refusal.getMessage())
                    .as(what)
                    .matches(said -> names.stream().anyMatch(said::contains), "names");
        }
    }

    private Map<RoomId, Read> read(Storage storage) {
        LogReader reader = new LogReader(storage, PARTS * MESSAGES, Long.MAX_VALUE, environment.epochs());
        Map<RoomId, Read> rooms = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        for (RoomId room : original.keySet()) {
            LogReader.Loaded loaded = reader.load(room);
            List<String> texts = loaded.recent().stream()
                    .map(message -> new String(message.body().bytes(), StandardCharsets.UTF_8))
                    .toList();
            assertThat(loaded.log().head() - loaded.log().floor()).isEqualTo(texts.size());
            rooms.put(room, new Read(loaded.log().epoch, texts));
        }
        return rooms;
    }

    /** The share of the messages that are there afterwards. */
    private Optional<Double> repair(Path copy, Damage damage, String what) throws IOException {
        if (damage.file().endsWith("magpie.format")) {
            // It may say another format now, which nobody can know better.
            return Optional.empty();
        }
        new LogRepair(environment.epochs(), CLOCK, line -> {}).run(copy, 1_000_000, false);
        long there = 0;
        try (DataDirectory data = DataDirectory.open(copy)) {
            LogCheck.refuseLostTables(data.files());
            try (Storage storage = Storage.open(data.files())) {
                for (Map.Entry<RoomId, Read> room : read(storage).entrySet()) {
                    Read before = original.get(room.getKey());
                    assertThat(room.getValue().epoch()).as(what).isNotEqualTo(before.epoch());
                    assertInOrder(room.getValue().texts(), before.texts(), what);
                    there += room.getValue().texts().size();
                }
            }
        }
        long all = (long) ROOMS * PARTS * MESSAGES;
        assertThat(there == all || damage.ofTable() || damage.ofLog()).as(what).isTrue();
        return Optional.of(there / (double) all);
    }

    private static void assertInOrder(List<String> some, List<String> all, String what) {
        Iterator<String> rest = all.iterator();
        for (String one : some) {
            boolean found = false;
            while (!found && rest.hasNext()) {
                found = rest.next().equals(one);
            }
            assertThat(found).as(what + ": " + one).isTrue();
        }
    }

    /** Something that changes a file. */
    private Damage damage(Path copy) throws IOException {
        while (true) {
            List<Path> files = files(copy);
            Path file = files.get(random.nextInt(files.size()));
            int kind = random.nextInt(6);
            if (kind == 5) {
                Path earlier = temp.resolve("earlier-" + random.nextInt(PARTS));
                List<Path> old = files(earlier);
                Path one = old.get(random.nextInt(old.size()));
                Path target = copy.resolve(earlier.relativize(one));
                if (!Files.exists(target) || Files.mismatch(one, target) >= 0) {
                    Files.copy(one, target, StandardCopyOption.REPLACE_EXISTING);
                    return new Damage("an older file", target);
                }
                continue;
            }
            byte[] before = Files.readAllBytes(file);
            byte[] after = damaged(before, kind);
            if (!Arrays.equals(before, after)) {
                Files.write(file, after);
                return new Damage(
                        List.of("bit", "cut", "zeros", "chunk", "short cut").get(kind), file);
            }
        }
    }

    private byte[] damaged(byte[] before, int kind) {
        byte[] after = before.clone();
        int at = random.nextInt(before.length);
        switch (kind) {
            case 0 -> after[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> after = Arrays.copyOf(before, at);
            case 2 -> Arrays.fill(after, at / PAGE * PAGE, Math.min(before.length, at / PAGE * PAGE + PAGE), (byte) 0);
            case 3 -> {
                int from = random.nextInt(before.length);
                int length = Math.min(random.nextInt(1, 1_024), before.length - Math.max(from, at));
                System.arraycopy(before, from, after, at, length);
            }
            default -> after = Arrays.copyOf(before, Math.max(0, before.length - random.nextInt(1, 300)));
        }
        return after;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
