package io.magpie.bench.acks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a disk needs for itself to make an append durable: 4 KiB written at a file's end and {@code fdatasync}, one after
 * the other.
 *
 * @param count how often it was tried
 */
record Fsync(long count, double p50Millis, double p99Millis, double maxMillis) {
    private static final int BLOCK = 4_096;
    private static final int MOST = 500;
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    /** Asks the disk that a folder is on, at most 500 times and for about two seconds; leaves nothing behind. */
    static Fsync of(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "fsync", ".probe");
        Histogram times = new Histogram(DIGITS);
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            long began = System.nanoTime();
            for (int i = 0; i < MOST && System.nanoTime() - began < LONGEST; i++) {
                long before = System.nanoTime();
                channel.write(block.clear());
                channel.force(false);
                times.recordValue(System.nanoTime() - before);
            }
        } finally {
            Files.delete(file);
        }
        return new Fsync(
                times.getTotalCount(),
                times.getValueAtPercentile(MEDIAN) / NANOS_PER_MILLI,
                times.getValueAtPercentile(TAIL) / NANOS_PER_MILLI,
                times.getMaxValue() / NANOS_PER_MILLI);
    }
}
