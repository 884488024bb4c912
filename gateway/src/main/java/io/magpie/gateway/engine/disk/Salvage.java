package io.magpie.gateway.engine.disk;

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
 * same key: a recall beats what was recalled, and a room's highest floor counts. Belongs to its caller.
 */
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
    List<String> takeFrom(Path directory) throws IOException, RocksDBException {
        for (Path file : filesThatEndWith(directory, ".sst")) {
            table(file);
        }
        for (Path file : filesThatEndWith(directory, ".log")) {
            writeAhead(file);
        }
        return List.copyOf(faults);
    }

    private static List<Path> filesThatEndWith(Path directory, String end) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private void table(Path file) throws RocksDBException {
        long before = taken;
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            Storage.Family family = family(reader.getTableProperties().getColumnFamilyName());
            if (family != null) {
                walk(reader, family);
            }
        } catch (RocksDBException e) {
            faults.add(file + ": " + e.getMessage());
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

    private void writeAhead(Path file) throws IOException, RocksDBException {
        long before = taken;
        try (SalvagedBatch operations = new SalvagedBatch(this::take)) {
            int blocks = WalFile.read(file, bytes -> {
                try (WriteBatch record = new WriteBatch(bytes)) {
                    record.iterate(operations);
                }
            });
            if (blocks > 0) {
                faults.add(file + ": " + blocks + (blocks == 1 ? " block is" : " blocks are") + " damaged");
            }
        }
        done(file, before);
    }

    /** The next file's records are compared with what is written. */
    private void done(Path file, long before) throws RocksDBException {
        flush();
        progress.accept(String.format(Locale.ROOT, "%s: %,d records", file, taken - before));
    }

    private static Storage.@Nullable Family family(byte[] name) {
        String text = new String(name, StandardCharsets.US_ASCII);
        return Arrays.stream(Storage.Family.values())
                .filter(family -> family.name().equals(text))
                .findFirst()
                .orElse(null);
    }

    private void take(Storage.Family family, byte[] key, byte[] value) throws RocksDBException {
        boolean wanted;
        try {
            wanted = switch (family) {
                case META -> false;
                case ROOMS -> isNewerRoom(key, value);
                case MESSAGES -> isNewerMessage(key, value);
                case KEYS -> !Records.key(key, value).key().isEmpty();
            };
        } catch (StorageException damage) {
            damaged++;
            return;
        }
        if (wanted) {
            batch.put(into.handle(family), key, value);
            taken++;
            if (batch.count() >= BATCH) {
                flush();
            }
        }
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
        return into.read(view -> {
            byte[] value = view.get(family, key);
            return value == null ? NOTHING : value;
        });
    }

    private static boolean isRecalled(Records.StoredMessage stored) {
        return stored.message().body() == Body.RECALLED;
    }

    private void flush() throws RocksDBException {
        into.write(batch, false);
        batch.close();
        batch = new WriteBatch();
    }

    /** Records whose check sum was wrong though the file's were right. */
    long damaged() {
        return damaged;
    }

    @Override
    public void close() {
        batch.close();
    }
}
