package io.magpie.gateway.engine.disk;

import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/**
 * Whether a log is whole, without a change to it. Stateless; for start and repair only.
 *
 * <p>The library takes a list of tables (MANIFEST) that ends too early for one that a crash left so, and at the next
 * opening deletes the tables that it doesn't name. After a crash nothing is lost by that, since what a half-made table has
 * is in the write-ahead log or in older tables too; so a table with anything that is nowhere else means that the list is
 * damaged.
 */
final class LogCheck {
    private static final String TABLE = ".sst";
    private static final byte[] FIRST = {};
    private static final byte[] BEYOND = {-1};

    private LogCheck() {}

    /**
     * Looks whether opening the log would delete a table that is needed. Quick, unless a table isn't named.
     *
     * @throws StorageException if so, and if files can't be read
     */
    static void refuseLostTables(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Set<Path> unnamed = unnamedTables(directory);
            if (unnamed.isEmpty()) {
                return;
            }
            for (Path table : unnamed) {
                if (holdsMore(table, directory)) {
                    throw StorageException.damaged("the log in " + directory + " can't be opened: " + table
                            + " has records that are nowhere else, and the list of tables, "
                            + manifest(directory) + ", doesn't name it" + Storage.REMEDY);
                }
            }
        } catch (IOException e) {
            throw new StorageException("the log in " + directory + " can't be looked at: " + e, e);
        }
    }

    private static Set<Path> unnamedTables(Path directory) throws IOException {
        Set<Path> tables = new HashSet<>();
        for (Path file : Mirror.files(directory)) {
            if (file.toString().endsWith(TABLE)) {
                tables.add(file);
            }
        }
        if (tables.isEmpty()) {
            return tables;
        }
        // Without the write-ahead log, which would be read for nothing.
        try (Mirror mirror = Mirror.of(directory, name -> !name.endsWith(".log"));
                Storage log = Storage.openToRead(mirror.path())) {
            Set<String> live = log.liveTables();
            tables.removeIf(table -> live.contains(String.valueOf(table.getFileName())));
            return tables;
        } catch (StorageException e) {
            if (e.reason() == StorageException.Reason.DAMAGED) {
                // Opening it will say what is wrong.
                return Set.of();
            }
            throw e;
        }
    }

    private static Path manifest(Path directory) throws IOException {
        return directory.resolve(Files.readString(directory.resolve("CURRENT")).trim());
    }

    /**
     * Whether a table has anything that a log lacks, but for what was trimmed. Of one that can't be read to its end, which
     * a loss of power leaves too, what can be read counts.
     */
    private static boolean holdsMore(Path table, Path directory) throws IOException {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            Storage.Family family = Salvage.family(reader.getTableProperties().getColumnFamilyName());
            try (ReadOptions reading = new ReadOptions();
                    SstFileReaderIterator at = reader.newIterator(reading)) {
                return family != null && reading(directory, log -> holdsMore(family, at, log));
            }
        } catch (RocksDBException halfMade) {
            return false;
        }
    }

    /** What is done with a log that is opened to be read. */
    private interface Look<T> {
        T at(Storage log);
    }

    /** Opens a log through a mirror; what is wrong is said of the log's own files. */
    private static <T> T reading(Path directory, Look<T> look) throws IOException {
        try (Mirror mirror = Mirror.of(directory, name -> true)) {
            try (Storage log = Storage.openToRead(mirror.path())) {
                return look.at(log);
            } catch (StorageException e) {
                throw new StorageException(e.reason(), mirror.original(String.valueOf(e.getMessage())), e);
            }
        }
    }

    private static boolean holdsMore(Storage.Family family, SstFileReaderIterator at, Storage log) {
        Map<Long, Long> lacking = new HashMap<>();
        for (at.seekToFirst(); at.isValid(); at.next()) {
            byte[] key = at.key();
            if (log.read(view -> view.get(family, key) != null)) {
                continue;
            }
            if (family == Storage.Family.MESSAGES) {
                lacking.merge(Records.roomNumberOf(key), Records.seqOf(key), Math::max);
            } else if (family != Storage.Family.KEYS || Records.ordinalOf(key) >= oldestKey(log)) {
                return true;
            }
        }
        return !lacking.isEmpty() && !trimmed(lacking, log);
    }

    private static long oldestKey(Storage log) {
        return log.read(view -> view.walk(Storage.Family.KEYS, FIRST, BEYOND, at -> {
            at.seekToFirst();
            return at.isValid() ? Records.ordinalOf(at.key()) : 0;
        }));
    }

    /** Whether all rooms, by number, are trimmed up to a seq. */
    private static boolean trimmed(Map<Long, Long> rooms, Storage log) {
        return log.read(view -> view.walk(Storage.Family.ROOMS, FIRST, BEYOND, at -> {
            for (at.seekToFirst(); at.isValid(); at.next()) {
                Records.StoredRoom room = Records.room(at.key(), at.value());
                Long seq = rooms.get(room.number());
                if (seq != null && seq <= room.floor()) {
                    rooms.remove(room.number());
                }
            }
            return rooms.isEmpty();
        }));
    }

    /**
     * Reads everything.
     *
     * @throws StorageException if something is damaged, of a newer version, or can't be read
     */
    static void readAll(Path directory) {
        refuseLostTables(directory);
        try {
            reading(directory, log -> {
                rooms(log);
                keys(log);
                return true;
            });
        } catch (IOException e) {
            throw new StorageException("the log in " + directory + " can't be looked at: " + e, e);
        }
    }

    private static void rooms(Storage log) {
        long next = new LogWriter.RoomNumbers(log).next();
        Set<Long> numbers = new HashSet<>();
        log.read(view -> view.walk(Storage.Family.ROOMS, FIRST, BEYOND, at -> {
            for (at.seekToFirst(); at.isValid(); at.next()) {
                RoomId id = new RoomId(new String(at.key(), StandardCharsets.UTF_8));
                Records.StoredRoom room = Records.room(at.key(), at.value());
                if (room.number() >= next || !numbers.add(room.number())) {
                    throw StorageException.damaged("the number of a room is another one's, or is still to be given");
                }
                messages(log, id, room);
            }
            return numbers;
        }));
    }

    private static void messages(Storage log, RoomId id, Records.StoredRoom room) {
        log.read(view -> view.walk(
                Storage.Family.MESSAGES,
                Records.messageKey(room.number(), room.floor() + 1),
                Records.messageKey(room.number(), Long.MAX_VALUE),
                at -> {
                    long due = room.floor() + 1;
                    for (at.seekToFirst(); at.isValid(); at.next()) {
                        Records.message(id, at.key(), at.value());
                        long seq = Records.seqOf(at.key());
                        if (seq != due) {
                            throw StorageException.damaged("a message is missing in the log of a room: " + seq
                                    + " stands where " + due + " should");
                        }
                        due++;
                    }
                    return due;
                }));
    }

    private static void keys(Storage log) {
        log.read(view -> view.walk(Storage.Family.KEYS, FIRST, BEYOND, at -> {
            for (at.seekToFirst(); at.isValid(); at.next()) {
                Records.key(at.key(), at.value());
            }
            return true;
        }));
    }
}
