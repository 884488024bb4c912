package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the log: it says in which format it is, and is locked while a process uses it. Opened and closed by
 * the thread that starts and stops the gateway; else immutable.
 */
final class DataDirectory implements AutoCloseable {
    /** The newest format that this version writes and reads. */
    static final int FORMAT = 1;

    /** Where the storage library has its files. */
    private static final String FILES = "log";

    /** What a repair has made, until it takes the place of the log. */
    private static final String REPAIRED = "log.repaired";

    /** Locked while a process uses the directory; holds its id. */
    static final String LOCK_FILE = "magpie.lock";

    private static final String FORMAT_FILE = "magpie.format";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the directory if it is missing, and takes it.
     *
     * @throws StorageException if it is another process's, of a newer version, or can't be used
     */
    static DataDirectory open(Path path) {
        try {
            DurableFiles.makeDirectories(path);
            DataDirectory taken = take(path);
            try {
                checkFormat(path.resolve(FORMAT_FILE));
                taken.checkWhole();
                return taken;
            } catch (IOException | RuntimeException e) {
                taken.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("log.directory " + path + " can't be used: " + e, e);
        }
    }

    /**
     * Takes a directory whose files may be damaged.
     *
     * @throws StorageException if there is no log in it, it is another process's, or of a newer version
     */
    static DataDirectory openDamaged(Path path) {
        DataDirectory taken = null;
        try {
            if (!Files.exists(path.resolve(FILES)) && !Files.exists(path.resolve(REPAIRED))) {
                throw new StorageException("there is no log in " + path + ": it has no " + FILES);
            }
            taken = take(path);
            if (!taken.formatUnknown()) {
                checkFormat(path.resolve(FORMAT_FILE));
            }
            return taken;
        } catch (IOException | RuntimeException e) {
            if (taken != null) {
                taken.close();
            }
            throw e instanceof RuntimeException known
                    ? known
                    : new StorageException("log.directory " + path + " can't be used: " + e, e);
        }
    }

    /**
     * Whether the directory doesn't say its format. It can be read all the same: every value says its own version.
     */
    boolean formatUnknown() throws IOException {
        Path file = path.resolve(FORMAT_FILE);
        return !Files.exists(file)
                || !Files.readString(file, StandardCharsets.ISO_8859_1).trim().matches("[0-9]{1,9}");
    }

    /** Says the format that this version writes. */
    void sayFormat() throws IOException {
        Files.deleteIfExists(path.resolve(FORMAT_FILE));
        checkFormat(path.resolve(FORMAT_FILE));
    }

    private void checkWhole() {
        if (Files.exists(path.resolve(REPAIRED)) && !Files.exists(files())) {
            throw new StorageException("a repair of " + path + " wasn't finished: " + files() + " is missing, and "
                    + path.resolve(REPAIRED) + " is there; let \"magpie repair\" finish it");
        }
    }

    private static DataDirectory take(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            take(path, channel);
            return new DataDirectory(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void take(Path path, FileChannel channel) throws IOException {
        if (lock(channel) == null) {
            ByteBuffer holder = ByteBuffer.allocate(20);
            channel.read(holder, 0);
            String pid = new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).trim();
            throw new StorageException("log.directory " + path + " is used by another process"
                    + (pid.isEmpty() ? "" : " (" + pid + ")") + "; stop it, or choose another directory");
        }
        channel.truncate(0);
        String pid = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void checkFormat(Path file) throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, (FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
            return;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).trim();
        int format;
        try {
            format = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new StorageException(file + " is damaged: it should hold a format number; see \"magpie repair\"", e);
        }
        if (format > FORMAT || format < 1) {
            throw new StorageException(file + " says format " + format + ", and this version of Magpie knows up to "
                    + FORMAT + "; start the version that wrote it, or a newer one");
        }
    }

    /** Where the storage library has its files. */
    Path files() {
        return path.resolve(FILES);
    }

    /** Where a repair has what will be the log; it is whole if it is there. */
    Path repaired() {
        return path.resolve(REPAIRED);
    }

    /** Where a repair makes it. */
    Path repairing() {
        return path.resolve("log.repairing");
    }

    /** Where a repair sorts what it finds. */
    Path salvaged() {
        return path.resolve("log.salvaged");
    }

    /** Where the damaged files of a repair go. */
    Path quarantine(String name) {
        return path.resolve("quarantine").resolve(name);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageException("log.directory " + path + " can't be let go", e);
        }
    }
}
