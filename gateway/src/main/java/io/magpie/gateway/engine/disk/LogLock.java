package io.magpie.gateway.engine.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Looks whether a process has taken the directory of a log, without taking it for longer than the look. Any thread. */
public final class LogLock {
    private LogLock() {}

    /**
     * Who uses the directory: the process id as {@code " (4711)"}, or empty text if the holder hasn't said it; nothing if
     * nobody does. Never call it in the process that holds it: closing any channel of a file lets go of the process's locks
     * on it (fcntl(2)).
     */
    public static Optional<String> holder(Path directory) throws IOException {
        Path file = directory.resolve(DataDirectory.LOCK_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null ? Optional.empty() : Optional.of(pid(file));
        } catch (OverlappingFileLockException e) {
            return Optional.of(pid(file));
        }
    }

    private static String pid(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).trim();
        return text.matches("\\d{1,10}") ? " (process " + text + ")" : "";
    }
}
