package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.DurableFiles;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * Looks whether a log can be read, and makes a new one of what can. The damaged files are moved, never changed or
 * deleted. For the command line, while no gateway uses the directory; one thread.
 */
public final class LogRepair {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    /** Of the size of the damaged log: what is salvaged and what is built of it. */
    private static final int COPIES = 2;

    private final Supplier<String> epochs;
    private final Clock clock;
    private final Consumer<String> progress;

    /**
     * What came out.
     *
     * @param whole nothing was wrong, and nothing was done; the rest is empty then
     * @param faults what was wrong, a line each
     * @param quarantine where the damaged files are; the empty path if they weren't touched
     */
    public record Report(boolean whole, List<String> faults, long rooms, long messages, long keys, Path quarantine) {}

    /**
     * @param epochs names new epochs
     * @param clock names the quarantine
     * @param progress gets a line now and then
     */
    public LogRepair(Supplier<String> epochs, Clock clock, Consumer<String> progress) {
        this.epochs = epochs;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Repairs the log of a directory, if it must be.
     *
     * @param directory as {@code log.directory}
     * @param dryRun to say what would be kept, and leave the log as it is
     * @throws StorageException if there is no log, it is in use or of a newer version, or there is no room for another
     */
    public Report run(Path directory, boolean dryRun) {
        try (DataDirectory data = DataDirectory.openDamaged(directory)) {
            if (!Files.exists(data.files())) {
                progress.accept("a repair before was all but done; finishing it");
                DurableFiles.move(data.repairing(), data.files());
            }
            DurableFiles.deleteAll(data.repairing());
            DurableFiles.deleteAll(data.salvaged());
            String fault = fault(data.files());
            return fault.isEmpty() ? new Report(true, List.of(), 0, 0, 0, Path.of("")) : repair(data, fault, dryRun);
        } catch (IOException | RocksDBException e) {
            throw new StorageException("the log in " + directory + " can't be repaired: " + e.getMessage(), e);
        }
    }

    /** What is wrong with a log, the first of it; empty if all of it can be read. */
    private String fault(Path files) {
        progress.accept("reading " + files);
        try (Storage storage = Storage.open(files)) {
            storage.read(view -> view.walk(Storage.Family.ROOMS, new byte[0], new byte[] {-1}, at -> {
                for (at.seekToFirst(); at.isValid(); at.next()) {
                    RoomId id = new RoomId(new String(at.key(), StandardCharsets.UTF_8));
                    readAll(storage, new RoomLog(id, Records.room(at.key(), at.value())));
                }
                return true;
            }));
            storage.read(view -> view.walk(Storage.Family.KEYS, new byte[0], new byte[] {-1}, at -> {
                for (at.seekToFirst(); at.isValid(); at.next()) {
                    Records.key(at.key(), at.value());
                }
                return true;
            }));
            new LogWriter.RoomNumbers(storage);
            return "";
        } catch (StorageException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void readAll(Storage storage, RoomLog log) {
        storage.read(view -> view.walk(
                Storage.Family.MESSAGES,
                Records.messageKey(log.number(), log.floor() + 1),
                Records.messageKey(log.number(), Long.MAX_VALUE),
                at -> {
                    long due = log.floor() + 1;
                    for (at.seekToFirst(); at.isValid(); at.next()) {
                        Records.message(log.id, at.key(), at.value());
                        long seq = Records.seqOf(at.key());
                        if (seq != due) {
                            throw new StorageException("a message is missing in the log of a room: " + seq
                                    + " stands where " + due + " should");
                        }
                        due++;
                    }
                    return due;
                }));
    }

    private Report repair(DataDirectory data, String fault, boolean dryRun) throws IOException, RocksDBException {
        progress.accept(fault);
        requireRoom(data.files());
        List<String> faults;
        Rebuild.Built built;
        try (Storage salvaged = Storage.open(data.salvaged());
                Storage rebuilt = Storage.open(data.repairing())) {
            try (Salvage salvage = new Salvage(salvaged, progress)) {
                faults = salvage.takeFrom(data.files());
            }
            built = new Rebuild(salvaged, rebuilt, epochs).run();
        }
        DurableFiles.deleteAll(data.salvaged());
        List<String> all = Stream.concat(Stream.of(fault), faults.stream()).toList();
        Path quarantine = Path.of("");
        if (dryRun) {
            DurableFiles.deleteAll(data.repairing());
        } else {
            quarantine = data.quarantine(NAME.format(clock.instant().atZone(clock.getZone())));
            DurableFiles.makeDirectories(quarantine);
            Path moved = quarantine.resolve(String.valueOf(data.files().getFileName()));
            DurableFiles.move(data.files(), moved);
            DurableFiles.move(data.repairing(), data.files());
        }
        return new Report(false, all, built.rooms(), built.messages(), built.keys(), quarantine);
    }

    private static void requireRoom(Path files) throws IOException {
        long size;
        try (Stream<Path> all = Files.walk(files)) {
            size = all.mapToLong(file -> file.toFile().length()).sum();
        }
        long free = Files.getFileStore(files).getUsableSpace();
        if (free < COPIES * size) {
            throw new StorageException("a repair of " + files + " needs " + COPIES * size / (1 << 20)
                    + " MiB of free space, and there are " + free / (1 << 20)
                    + " MiB; copy the directory to a larger disk and repair it there");
        }
    }
}
