package io.magpie.gateway.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files and directories that a loss of power can't take back. A file's name is data of its directory, so an fsync of the
 * file alone doesn't keep it (fsync(2), notes). Stateless; blocks, so it is never for an event loop.
 */
public final class DurableFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DurableFiles.class);

    private DurableFiles() {}

    /**
     * Makes a directory, and those above it that are missing. The one above it is synced also if nothing was missing: whoever
     * made it may have been killed before that.
     */
    public static void makeDirectories(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path there = absolute;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        Files.createDirectories(absolute);
        Path above = absolute.getParent();
        while (above != null) {
            syncIfPossible(above);
            above = there == null || there.startsWith(above) ? null : above.getParent();
        }
    }

    private static void syncIfPossible(Path directory) {
        try {
            sync(directory);
        } catch (IOException e) {
            // Not ours to read, or of a file system that knows no such thing.
            LOG.debug("directory.not-synced directory={} cause={}", directory, e.toString());
        }
    }

    /** Writes a file, which is there as a whole or as it was before, whenever power is lost. One writer at a time. */
    public static void write(Path file, byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path draft = absolute.resolveSibling(absolute.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try {
            writeNew(draft, bytes, attributes);
            Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /** Moves a file or directory to another name on the same file system, as one step. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        for (Path name : List.of(to, from)) {
            Path parent = name.toAbsolutePath().getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /** Deletes a directory and all that is in it, if it is there. */
    public static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void writeNew(Path file, byte[] bytes, FileAttribute<?>... attributes) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel out = FileChannel.open(file, options, attributes)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
