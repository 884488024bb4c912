package io.magpie.bench.simulate;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import io.magpie.bench.ServerProbe;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What this process uses.
 *
 * @param heapBytes in use
 * @param directBytes of Netty's buffers outside of the heap
 * @param rssBytes resident memory; 0 where there is no {@code /proc}
 */
record Memory(long heapBytes, long directBytes, long rssBytes) {
    /** What comes and goes between two collections anyway. */
    private static final long RESOLUTION = 128 << 10;

    private static final int MAX_COLLECTIONS = 10;
    private static final String LOOP = "magpie-loop";

    /**
     * The figures after as many full collections as it takes until one frees nothing more: what the first leaves would
     * count as the base, and later be missing from the growth.
     */
    static Memory settled() {
        Memory now = collected();
        for (int i = 0; i < MAX_COLLECTIONS; i++) {
            Memory before = now;
            now = collected();
            if (before.heapBytes - now.heapBytes < RESOLUTION) {
                break;
            }
        }
        return now;
    }

    private static Memory collected() {
        // Twice, since what one collection hands to a reference queue goes with the next.
        System.gc();
        System.gc();
        long direct = ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
                ? provider.metric().usedDirectMemory()
                : 0;
        return new Memory(
                heapAfterCollection(),
                direct,
                ServerProbe.of(Path.of("/proc/self"))
                        .sample()
                        .map(ServerProbe.Sample::rssBytes)
                        .orElse(0L));
    }

    /**
     * The heap in use right at the end of the last collection: a moment later, each thread has some megabytes for what
     * it will allocate.
     */
    private static long heapAfterCollection() {
        Set<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                // A cycle's pauses are no collections.
                .filter(collector -> !collector.getName().contains("Pauses"))
                .map(GarbageCollectorMXBean::getLastGcInfo)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(GcInfo::getEndTime))
                .map(last -> last.getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> heap.contains(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum())
                .orElseGet(() ->
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    /** CPU time of the gateway's event loops since they began. */
    static long loopCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return LongStream.of(threads.getAllThreadIds())
                .filter(id -> isLoop(threads.getThreadInfo(id)))
                .map(threads::getThreadCpuTime)
                .sum();
    }

    private static boolean isLoop(@Nullable ThreadInfo thread) {
        return thread != null && thread.getThreadName().startsWith(LOOP);
    }
}
