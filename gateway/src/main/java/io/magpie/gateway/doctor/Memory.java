package io.magpie.gateway.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * Whether heap and buffers fit the machine, and the sessions the heap.
 *
 * @param connections that the configuration allows
 */
record Memory(int connections) {
    static final String WHAT = "memory";
    static final String HEAP = "heap";
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;

    /** An idle session on JDK 17; docs/performance.md, idle sessions. */
    private static final long SESSION_BYTES = 2_400;

    /** A gateway without clients. */
    private static final long EMPTY = 32 * MIB;

    /** Code, threads, the storage library. */
    private static final long JVM = 192 * MIB;

    List<Finding> look() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long heap = Runtime.getRuntime().maxMemory();
        // In a container this is the container's.
        long machine = system.getTotalMemorySize();
        return List.of(machine(heap, direct(heap), machine), heap(heap));
    }

    /** Without a limit of its own, direct memory has that of the heap. */
    private static long direct(long heap) {
        HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long limit = Long.parseLong(vm.getVMOption("MaxDirectMemorySize").getValue());
        return limit == 0 ? heap : limit;
    }

    /** Whether what the JVM may take is there. */
    static Finding machine(long heap, long direct, long machine) {
        String found = String.format(
                Locale.ROOT,
                "%,d MiB here; heap up to %,d MiB, buffers up to %,d MiB, and some %,d MiB beside",
                machine / MIB,
                heap / MIB,
                direct / MIB,
                JVM / MIB);
        if (heap + JVM > machine) {
            return Finding.fail(
                    WHAT,
                    found,
                    "The kernel will kill the process before its heap is full: set -Xmx lower (MAGPIE_JAVA_OPTS).");
        }
        if (heap + direct + JVM > machine) {
            return Finding.warn(
                    WHAT,
                    found,
                    "If both fill up, the kernel kills the process: set -Xmx or -XX:MaxDirectMemorySize lower (MAGPIE_JAVA_OPTS).");
        }
        return Finding.ok(WHAT, found);
    }

    /** Whether the sessions fit, with as much again for messages and for the collector to work in. */
    Finding heap(long heap) {
        long sessions = EMPTY + connections * SESSION_BYTES;
        String found = String.format(
                Locale.ROOT,
                "up to %,d MiB; limits.connections %,d idle sessions of %.1f KiB take %,d MiB",
                heap / MIB,
                connections,
                (double) SESSION_BYTES / KIB,
                sessions / MIB);
        String advice = String.format(
                Locale.ROOT,
                "Set MAGPIE_JAVA_OPTS=-Xmx%dm or more, or limits.connections lower.",
                2 * sessions / MIB + 1);
        if (sessions > heap) {
            return Finding.fail(HEAP, found, advice);
        }
        return 2 * sessions > heap ? Finding.warn(HEAP, found, advice) : Finding.ok(HEAP, found);
    }
}
