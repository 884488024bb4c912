package io.magpie.gateway.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import org.jspecify.annotations.Nullable;

/**
 * Files and directories that a loss of power can't take back. A file's name is data of its directory, so an fsync of the
 * file alone doesn't keep it (fsync(2), notes). Stateless; blocks, so it is for start and stop only.
 */
public final class DurableFiles {
    private DurableFiles() {}

    /** Makes a directory, and those above it that are missing. */
    public static void makeDirectories(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path there = absolute;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        Files.createDirectories(absolute);
        Path at = absolute;
        while (at != null && !at.equals(there)) {
            sync(at.getParent());
            at = at.getParent();
        }
        Path parent = absolute.getParent();
        if (absolute.equals(there) && parent != null && Files.isReadable(parent)) {
            // Whoever made it may have lost power before this.
            sync(parent);
        }
    }

    /** Writes a file, which is there as a whole or as it was before, whenever power is lost. */
    public static void write(Path file, byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path draft = Files.createTempFile(absolute.getParent(), absolute.getFileName() + ".", ".new", attributes);
        try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
        Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE);
        sync(absolute.getParent());
    }

    private static void sync(@Nullable Path directory) throws IOException {
        if (directory != null) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }
}
