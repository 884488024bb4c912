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

    private static final String LOCK_FILE = "magpie.lock";
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
            FileChannel channel = FileChannel.open(
                    path.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                take(path, channel);
                checkFormat(path.resolve(FORMAT_FILE));
                return new DataDirectory(path, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("log.directory " + path + " can't be used: " + e, e);
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
            throw new StorageException(file + " is damaged: it should hold a format number", e);
        }
        if (format > FORMAT || format < 1) {
            throw new StorageException(file + " says format " + format + ", and this version of Magpie knows up to "
                    + FORMAT + "; start the version that wrote it, or a newer one");
        }
    }

    /** Where the storage library has its files. */
    Path files() {
        return path.resolve("log");
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
