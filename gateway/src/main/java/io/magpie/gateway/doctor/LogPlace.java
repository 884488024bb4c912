package io.magpie.gateway.doctor;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.disk.LogLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where the log is, or will be: whether it can be written, how much room there is, what outlives what, and how fast. */
record LogPlace(GatewayConfig.Log config) {
    static final String WHAT = "log directory";
    static final String SPACE = "log space";
    static final String DISK = "log disk";
    static final String SYNC = "log fsync";

    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> LAYERS = Set.of("overlay", "overlayfs", "aufs");
    private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.s3fs");
    private static final int WRITES = 50;
    private static final int WRITE_BYTES = 4_096;
    private static final Duration ENOUGH = Duration.ofSeconds(3);
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final Duration STALLED = Duration.ofSeconds(1);

    /** So many times log.min-free is soon gone. */
    private static final int TIGHT = 4;

    List<Finding> look() throws IOException {
        if (config.kind() != GatewayConfig.LogKind.DISK) {
            return List.of(Finding.ok(WHAT, "none: with log.kind memory nothing outlives the process"));
        }
        Path directory = Path.of(config.directory()).toAbsolutePath();
        Path there = directory;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there) || !Files.isWritable(there)) {
            return List.of(Finding.fail(
                    WHAT,
                    directory + " can't be used: " + there
                            + (there == null || Files.isDirectory(there) ? " isn't writable" : " is no directory"),
                    "Set log.directory to one that this user may write to, or give it to the user."));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(holder(directory, there));
        FileStore store = Files.getFileStore(there);
        findings.add(space(store.getUsableSpace()));
        findings.add(disk(store.type()));
        findings.add(sync(measure(there)));
        return findings;
    }

    private static Finding holder(Path directory, Path there) throws IOException {
        if (!there.equals(directory)) {
            return Finding.ok(WHAT, directory + " will be made in " + there);
        }
        Optional<String> holder = LogLock.holder(directory);
        return Finding.ok(
                WHAT,
                directory
                        + holder.map(pid -> " is in use by the running gateway" + pid)
                                .orElse(" is writable and free"));
    }

    Finding space(long free) {
        long least = config.minFree().bytes();
        String found = String.format(Locale.ROOT, "%,d MiB free; log.min-free %,d MiB", free >> 20, least >> 20);
        if (free < least) {
            return Finding.fail(
                    SPACE,
                    found,
                    "Sends are answered storage_full until there is more room: free some, or set log.directory.");
        }
        return free < TIGHT * least
                ? Finding.warn(
                        SPACE, found, "Make room, or keep less: log.messages, log.bytes and log.age are for each room.")
                : Finding.ok(SPACE, found);
    }

    /** @param type of the file system */
    static Finding disk(String type) {
        if (MEMORY.contains(type)) {
            return Finding.warn(
                    DISK,
                    type + " is memory: the log is gone when the machine restarts",
                    "Set log.directory to a disk.");
        }
        if (LAYERS.contains(type)) {
            return Finding.warn(
                    DISK,
                    type + ": the container's own layer, which goes with the container, and where writing is slow",
                    "Mount a volume there.");
        }
        if (REMOTE.contains(type)) {
            return Finding.warn(
                    DISK,
                    type + ": over the network",
                    "Use a local disk: an ok waits for the network, and the lock against a second gateway may not hold.");
        }
        return Finding.ok(DISK, type);
    }

    /** How long writes took to reach the disk, in nanoseconds: small ones, one after the other, for at most three seconds. */
    private static List<Long> measure(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, ".magpie-doctor", ".tmp");
        List<Long> times = new ArrayList<>();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long begun = System.nanoTime();
            while (times.size() < WRITES && System.nanoTime() - begun < ENOUGH.toNanos()) {
                long before = System.nanoTime();
                ByteBuffer block = ByteBuffer.allocate(WRITE_BYTES);
                while (block.hasRemaining()) {
                    out.write(block);
                }
                out.force(false);
                times.add(System.nanoTime() - before);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return times;
    }

    /** @param nanos of each write; not empty */
    static Finding sync(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        Duration worst = Duration.ofNanos(sorted.get(sorted.size() - 1));
        double median = sorted.get(sorted.size() / 2) / 1e6;
        String found = String.format(
                Locale.ROOT,
                "%d writes of 4 KiB: median %.2f ms, worst %.2f ms",
                sorted.size(),
                median,
                worst.toNanos() / 1e6);
        String advice =
                "An ok waits for this with log.durability fsync: use a faster disk, or one that others don't keep busy.";
        if (worst.compareTo(STALLED) > 0) {
            return Finding.fail(SYNC, found, advice);
        }
        return worst.compareTo(SLOW) > 0 ? Finding.warn(SYNC, found, advice) : Finding.ok(SYNC, found);
    }
}
