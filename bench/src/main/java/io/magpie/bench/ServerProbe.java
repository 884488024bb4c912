package io.magpie.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the server's process costs, from {@code /proc}. Immutable. */
public final class ServerProbe {
    /** Linux counts CPU for user space in hundredths of a second, on every architecture that a JDK runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Fields of {@code stat} after the command's closing parenthesis: state is the first. */
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;
    private static final int KIBI = 1024;

    private final @Nullable Path process;

    /**
     * What a process has used.
     *
     * @param cpuNanos CPU time of all threads since its start
     * @param rssBytes resident memory
     * @param peakRssBytes the most resident memory so far
     */
    public record Sample(long cpuNanos, long rssBytes, long peakRssBytes) {}

    private ServerProbe(@Nullable Path process) {
        this.process = process;
    }

    /** A probe of the process whose directory this is, for example {@code /proc/123}. */
    public static ServerProbe of(Path process) {
        return new ServerProbe(process);
    }

    /** A probe of nothing. */
    static ServerProbe none() {
        return new ServerProbe(null);
    }

    /** The figures of now, or nothing if there is no such process (any more). */
    public Optional<Sample> sample() {
        if (process == null) {
            return Optional.empty();
        }
        try {
            String stat = Files.readString(process.resolve("stat"));
            List<String> status = Files.readAllLines(process.resolve("status"));
            return Optional.of(new Sample(cpuNanos(stat), bytes(status, "VmRSS:"), bytes(status, "VmHWM:")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long cpuNanos(String stat) {
        // The command's name may hold spaces and parentheses; the last one closes it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
        return ticks * NANOS_PER_TICK;
    }

    private static long bytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBI)
                .findFirst()
                .orElse(0);
    }
}
