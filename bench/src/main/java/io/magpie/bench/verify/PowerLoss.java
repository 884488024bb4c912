package io.magpie.bench.verify;

import io.magpie.bench.measure.Scratch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A loss of power, as the disk sees it: after a kill, what was written since the last loss and no fsync has brought to the
 * disk is taken away, whichever process wrote it. The {@link Shim} writes down what was brought there. Files are cut to what was
 * synced of them, and those are deleted whose directory wasn't synced after they were put there. Deletions and renames
 * that weren't synced stay done, and bytes that were written over others stay, so a real loss can be worse.
 *
 * <p>Owner: the main thread.
 */
final class PowerLoss {
    private final Path data;
    private final Path journal;

    /** By inode: the bytes of each file that are safe. */
    private final Map<Long, Long> sizes = new HashMap<>();

    /** Inodes of files and directories whose names are safe. */
    private final Set<Long> names = new HashSet<>();

    /**
     * @param data the directory of the process that loses power
     * @param journal where the shim writes down what was synced
     */
    PowerLoss(Path data, Path journal) {
        this.data = data;
        this.journal = journal;
    }

    /** What the shim needs beside its own. */
    Map<String, String> environment() {
        return Map.of("FAULTS_SYNCED", journal.toAbsolutePath().toString());
    }

    /** A process is about to start, the first or after a {@link #strike}: what is there now is safe. */
    void remember() throws IOException {
        Files.write(journal, new byte[0]);
        sizes.clear();
        names.clear();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.toList()) {
                names.add(inode(path));
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    sizes.put(inode(path), Files.size(path));
                }
            }
        }
    }

    /**
     * The process was killed: takes away what it hadn't brought to the disk.
     *
     * @return the bytes that were taken
     */
    long strike() throws IOException {
        String lines = Files.readString(journal, StandardCharsets.US_ASCII);
        // A kill may have cut the last line.
        lines.substring(0, lines.lastIndexOf('\n') + 1).lines().forEach(line -> note(line.split(" ", -1)));
        return strike(data);
    }

    private void note(String[] words) {
        long inode = Long.parseLong(words[1]);
        switch (words[0]) {
            case "size" -> sizes.merge(inode, Long.valueOf(words[2]), Math::max);
            case "entry" -> names.add(inode);
            case "gone" -> {
                sizes.remove(inode);
                names.remove(inode);
            }
            default -> throw new IllegalStateException("the shim wrote " + words[0]);
        }
    }

    private long strike(Path directory) throws IOException {
        List<Path> children;
        try (Stream<Path> list = Files.list(directory)) {
            children = list.toList();
        }
        long taken = 0;
        for (Path child : children) {
            boolean named = names.contains(inode(child));
            if (!named) {
                taken += bytes(child);
                Scratch.delete(child);
            } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                taken += strike(child);
            } else {
                taken += cut(child, sizes.getOrDefault(inode(child), 0L));
            }
        }
        return taken;
    }

    private static long cut(Path file, long safe) throws IOException {
        long size = Files.size(file);
        if (size > safe) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(safe);
            }
        }
        return Math.max(0, size - safe);
    }

    private static long bytes(Path path) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static long inode(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
    }
}
