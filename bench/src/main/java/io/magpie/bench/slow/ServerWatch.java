package io.magpie.bench.slow;

import io.magpie.bench.gateway.MetricsPage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Asks the server's process and management port, and the kernel, for figures. Immutable. */
final class ServerWatch {
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int KIBI = 1_024;
    private static final int PAGE = 4_096;

    private final Path process;
    private final Path sockets;
    private final Path machine;
    private final InetSocketAddress management;

    /**
     * @param proc {@code /proc}
     * @param management the gateway's management port
     */
    ServerWatch(Path proc, long pid, InetSocketAddress management) {
        this.process = proc.resolve(Long.toString(pid));
        this.sockets = proc.resolve("net/sockstat");
        this.machine = proc.resolve("stat");
        this.management = management;
    }

    /**
     * The figures of now.
     *
     * @param second of the run
     * @param benchNanos CPU time of the load's loop
     * @throws IOException if the process is gone or doesn't answer
     */
    MemorySample sample(double second, long benchNanos) throws IOException {
        MetricsPage page = MetricsPage.scrape(management);
        return new MemorySample(
                second,
                kibibytes("VmRSS:"),
                (long) page.sum("jvm_memory_used_bytes", "area=\"heap\""),
                page.directBytes(),
                (long) page.sum("magpie_outbound_queued_bytes", ""),
                kernelBytes(),
                (long) page.sum("magpie_members_behind", ""),
                cpuNanos(),
                benchNanos,
                machineNanos());
    }

    /** The most resident memory that the process ever had, in bytes. */
    long peakRss() throws IOException {
        return kibibytes("VmHWM:");
    }

    /** How many connections the server closed with 4003. */
    long slowConsumers() throws IOException {
        return (long) MetricsPage.scrape(management).sum("magpie_slow_consumers_total", "");
    }

    private long kibibytes(String field) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBI)
                .findFirst()
                .orElse(0);
    }

    private long cpuNanos() throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        // The command's name may hold spaces and parentheses; the last one closes it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) * NANOS_PER_TICK;
    }

    /** The first line counts ticks: {@code cpu user nice system idle iowait irq softirq steal …}. */
    private long machineNanos() throws IOException {
        String[] ticks = Files.readAllLines(machine).get(0).trim().split(" +", -1);
        return IntStream.of(1, 2, 3, 6, 7, 8)
                        .mapToLong(field -> Long.parseLong(ticks[field]))
                        .sum()
                * NANOS_PER_TICK;
    }

    /** The kernel's count of pages for TCP: {@code TCP: inuse 5 … mem 7}. */
    private long kernelBytes() throws IOException {
        return Files.readAllLines(sockets).stream()
                .filter(line -> line.startsWith("TCP:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) * PAGE)
                .findFirst()
                .orElse(0);
    }
}
