package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.WriteBatch;

/**
 * Takes every record that is right out of the files of a damaged log, whatever the library says of them together, into a
 * log of its own. Each record's check sum covers its key, so none can be wrong, but one may be older than another of the
 * same key: a recall beats what was recalled, and a room's highest floor counts.
 */
@OwnedBy(Owner.MAIN)
final class Salvage implements AutoCloseable {
    /** Written at one time. */
    private static final int BATCH = 1_000;

    /** Stands for rooms whose names are in other records. */
    private static final RoomId ANY = new RoomId("salvaged");

    private static final byte[] NOTHING = {};

    private final Storage into;
    private final List<String> faults = new ArrayList<>();
    private final Consumer<String> progress;
    private WriteBatch batch = new WriteBatch();
    private long taken;
    private long damaged;

    /**
     * @param into an empty log
     * @param progress gets a line now and then
     */
    Salvage(Storage into, Consumer<String> progress) {
        this.into = into;
        this.progress = progress;
    }

    /**
     * Takes what there is.
     *
     * @return what was wrong with the files, a line each
     */
    List<String> takeFrom(Path directory) throws IOException {
        for (Path file : filesThatEndWith(directory, ".sst")) {
            table(file);
        }
        for (Path file : filesThatEndWith(directory, ".log")) {
            writeAhead(file);
        }
        if (damaged > 0) {
            faults.add(damaged + (damaged == 1 ? " record is" : " records are") + " damaged within sound blocks");
        }
        return List.copyOf(faults);
    }

    private static List<Path> filesThatEndWith(Path directory, String end) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private void table(Path file) {
        long before = taken;
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            Storage.Family family = family(reader.getTableProperties().getColumnFamilyName());
            if (family != null) {
                walk(reader, family);
            }
        } catch (RocksDBException e) {
            faults.add(file + ": " + e.getMessage() + "; " + (taken - before) + " records of it are kept");
        }
        done(file, before);
    }

    /** From the beginning to what is damaged, and from the end back to it. */
    private void walk(SstFileReader reader, Storage.Family family) throws RocksDBException {
        try (ReadOptions reading = new ReadOptions();
                SstFileReaderIterator at = reader.newIterator(reading)) {
            byte[] last = {};
            for (at.seekToFirst(); at.isValid(); at.next()) {
                last = at.key();
                take(family, last, at.value());
            }
            try {
                at.status();
            } catch (RocksDBException damage) {
                for (at.seekToLast(); at.isValid() && Arrays.compareUnsigned(at.key(), last) > 0; at.prev()) {
                    take(family, at.key(), at.value());
                }
                throw damage;
            }
        }
    }

    private void writeAhead(Path file) throws IOException {
        long before = taken;
        int blocks = WalFile.read(file, bytes -> record(file, bytes));
        if (blocks > 0) {
            faults.add(file + ": " + blocks + (blocks == 1 ? " block is" : " blocks are") + " damaged");
        }
        done(file, before);
    }

    /** What can be read of a record of a write-ahead log; its check sum was right. */
    private void record(Path file, byte[] bytes) {
        try (SalvagedBatch put = new SalvagedBatch(this::take);
                WriteBatch record = new WriteBatch(bytes)) {
            try {
                record.iterate(put);
            } catch (RocksDBException e) {
                faults.add(file + ": a record can't be read to its end: " + e.getMessage());
            }
            put.handOver();
        }
    }

    /** The next file's records are compared with what is written. */
    private void done(Path file, long before) {
        flush();
        progress.accept(String.format(Locale.ROOT, "%s: %,d records", file, taken - before));
    }

    /** The family of a table; null if it is none of ours. */
    static Storage.@Nullable Family family(byte[] name) {
        String text = new String(name, StandardCharsets.US_ASCII);
        return Arrays.stream(Storage.Family.values())
                .filter(family -> family.name().equals(text))
                .findFirst()
                .orElse(null);
    }

    private void take(Storage.Family family, byte[] key, byte[] value) {
        if (family == Storage.Family.META) {
            meta(key, value);
            return;
        }
        boolean wanted;
        try {
            wanted = switch (family) {
                case META -> throw new IllegalStateException("has been taken");
                case ROOMS -> isNewerRoom(key, value);
                case MESSAGES -> isNewerMessage(key, value);
                case KEYS -> !Records.key(key, value).key().isEmpty();
            };
        } catch (StorageException e) {
            leave(e);
            return;
        }
        if (wanted) {
            put(family, key, value);
        }
    }

    /** Of these only the copies of rooms' records are wanted; what is counted is counted anew. */
    private void meta(byte[] key, byte[] value) {
        if (!Records.isCopyKey(key)) {
            return;
        }
        Records.NamedRoom named;
        try {
            named = Records.copy(key, value);
        } catch (StorageException e) {
            leave(e);
            return;
        }
        byte[] roomKey = Records.roomKey(named.id());
        take(Storage.Family.ROOMS, roomKey, Records.room(roomKey, named.room()));
    }

    /** Counts what is damaged; goes no further with anything else. */
    private void leave(StorageException e) {
        if (e.reason() != StorageException.Reason.DAMAGED) {
            throw e;
        }
        damaged++;
    }

    private void put(Storage.Family family, byte[] key, byte[] value) {
        try {
            batch.put(into.handle(family), key, value);
        } catch (RocksDBException e) {
            throw unkept(e);
        }
        taken++;
        if (batch.count() >= BATCH) {
            flush();
        }
    }

    /** No damage, and no reason to leave anything out. */
    private static IllegalStateException unkept(Exception e) {
        return new IllegalStateException("what was salvaged can't be kept: " + e.getMessage(), e);
    }

    private boolean isNewerRoom(byte[] key, byte[] value) {
        Records.StoredRoom found = Records.room(key, value);
        byte[] known = known(Storage.Family.ROOMS, key);
        if (known.length == 0) {
            return true;
        }
        Records.StoredRoom before = Records.room(key, known);
        return found.number() > before.number()
                || (found.number() == before.number() && found.floor() > before.floor());
    }

    private boolean isNewerMessage(byte[] key, byte[] value) {
        Records.StoredMessage found = Records.message(ANY, key, value);
        return isRecalled(found) || known(Storage.Family.MESSAGES, key).length == 0;
    }

    /** What earlier files had; empty if nothing. */
    private byte[] known(Storage.Family family, byte[] key) {
        try {
            return into.read(view -> {
                byte[] value = view.get(family, key);
                return value == null ? NOTHING : value;
            });
        } catch (StorageException e) {
            throw unkept(e);
        }
    }

    private static boolean isRecalled(Records.StoredMessage stored) {
        return stored.message().body() == Body.RECALLED;
    }

    private void flush() {
        try {
            into.write(batch, false);
        } catch (RocksDBException e) {
            throw unkept(e);
        }
        batch.close();
        batch = new WriteBatch();
    }

    @Override
    public void close() {
        batch.close();
    }
}
