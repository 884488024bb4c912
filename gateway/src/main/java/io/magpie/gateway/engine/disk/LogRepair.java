package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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

    /** Of the size of the damaged log: what is salvaged, what is built of it, and as much to sort them. */
    private static final int COPIES = 3;

    private final Supplier<String> epochs;
    private final Clock clock;
    private final Consumer<String> progress;

    /** What was to be done. */
    public enum Outcome {
        /** Nothing. */
        WHOLE,
        /** A repair before was interrupted when all but its last step was done; that was done now. */
        FINISHED,
        /** A new log was made, or would be. */
        REPAIRED
    }

    /**
     * What came out; all but the outcome is empty if nothing was damaged.
     *
     * @param faults what was wrong, and what is lost for certain, a line each
     * @param quarantine where the damaged files are; the empty path if they weren't touched
     */
    public record Report(Outcome outcome, List<String> faults, long rooms, long messages, long keys, Path quarantine) {
        static Report of(Outcome outcome) {
            return new Report(outcome, List.of(), 0, 0, 0, Path.of(""));
        }
    }

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
     * @param maxKeys idempotency keys that are kept, the newest
     * @param dryRun to say what would be kept, and leave the log as it is
     * @throws StorageException if there is no log, it is in use or of a newer version, there is no room for another, or
     *     it can't be read for a reason that is no damage
     */
    public Report run(Path directory, int maxKeys, boolean dryRun) {
        try (DataDirectory data = DataDirectory.openDamaged(directory)) {
            boolean unfinished = !Files.exists(data.files());
            if (unfinished && !dryRun) {
                DurableFiles.move(data.repaired(), data.files());
            }
            String fault = fault(unfinished && dryRun ? data.repaired() : data.files());
            if (fault.isEmpty()) {
                boolean mended = data.formatUnknown();
                if (mended && !dryRun) {
                    data.sayFormat();
                }
                return Report.of(unfinished || mended ? Outcome.FINISHED : Outcome.WHOLE);
            }
            return repair(data, fault, maxKeys, dryRun);
        } catch (IOException | RocksDBException e) {
            throw new StorageException("the log in " + directory + " can't be repaired: " + e.getMessage(), e);
        }
    }

    /** The first that is damaged; empty if all of it can be read. */
    private String fault(Path files) {
        progress.accept("reading " + files);
        try {
            LogCheck.readAll(files);
            return "";
        } catch (StorageException e) {
            if (e.reason() != StorageException.Reason.DAMAGED) {
                throw e;
            }
            return String.valueOf(e.getMessage()).replace(Storage.REMEDY, "");
        }
    }

    private Report repair(DataDirectory data, String fault, int maxKeys, boolean dryRun)
            throws IOException, RocksDBException {
        progress.accept(fault);
        List<String> faults = new ArrayList<>(List.of(fault));
        try {
            Rebuild.Built built = build(data, maxKeys, faults);
            Path quarantine = dryRun ? Path.of("") : exchange(data);
            return new Report(Outcome.REPAIRED, faults, built.rooms(), built.messages(), built.keys(), quarantine);
        } finally {
            DurableFiles.deleteAll(data.salvaged());
            DurableFiles.deleteAll(data.repairing());
        }
    }

    private Rebuild.Built build(DataDirectory data, int maxKeys, List<String> faults)
            throws IOException, RocksDBException {
        DurableFiles.deleteAll(data.salvaged());
        DurableFiles.deleteAll(data.repairing());
        requireRoom(data.files());
        try (Storage salvaged = Storage.open(data.salvaged());
                Storage rebuilt = Storage.open(data.repairing())) {
            try (Salvage salvage = new Salvage(salvaged, progress)) {
                faults.addAll(salvage.takeFrom(data.files()));
            }
            Rebuild.Built built = new Rebuild(salvaged, rebuilt, epochs, maxKeys).run();
            if (built.orphans() > 0) {
                faults.add(String.format(
                        Locale.ROOT,
                        "%,d messages can't be kept: the records of their rooms are lost",
                        built.orphans()));
            }
            return built;
        }
    }

    /** The new log takes the place of the damaged one; whenever it is interrupted, one of them is there and known. */
    private Path exchange(DataDirectory data) throws IOException {
        if (data.formatUnknown()) {
            data.sayFormat();
        }
        DurableFiles.deleteAll(data.repaired());
        DurableFiles.move(data.repairing(), data.repaired());
        Path quarantine = data.quarantine(NAME.format(clock.instant().atZone(clock.getZone())));
        DurableFiles.makeDirectories(quarantine);
        DurableFiles.move(
                data.files(), quarantine.resolve(String.valueOf(data.files().getFileName())));
        DurableFiles.move(data.repaired(), data.files());
        return quarantine;
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
