package io.magpie.bench.verify;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.gateway.MetricsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the server's process holds, before and after a soak.
 *
 * <p>Owner: the main thread.
 */
final class Resources {
    private static final int SETTLE_SECONDS = 30;

    /** A twentieth more heap is no leak; caches that fill and compiled code are more than nothing, too. */
    private static final long HEAP_SHARE = 20;

    private static final long HEAP_SLACK = 8 << 20;
    private static final long FEW = 4;

    private @Nullable Sample first;

    /**
     * At one moment.
     *
     * @param heap bytes after a full collection
     */
    private record Sample(long heap, long descriptors, long threads) {}

    /**
     * One of them.
     *
     * @param allowed by how much it may be more
     */
    record Growth(String what, long before, long after, long allowed) {
        boolean grown() {
            return after - before > allowed;
        }
    }

    /** The beginning: the server is warm and everybody is connected. */
    void before(Node node) throws IOException, InterruptedException {
        first = sample(node.running());
    }

    /** Everybody has gone: what is there now, beside what was. */
    List<Growth> growth(Node node) throws IOException, InterruptedException {
        Sample begin = first;
        if (begin == null || !node.alive()) {
            throw new IOException("the gateway is gone, so its resources can't be compared");
        }
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        Sample end = sample(node.running());
        return List.of(
                new Growth("bytes of heap", begin.heap(), end.heap(), begin.heap() / HEAP_SHARE + HEAP_SLACK),
                new Growth("descriptors", begin.descriptors(), end.descriptors(), FEW),
                new Growth("threads", begin.threads(), end.threads(), FEW));
    }

    private static Sample sample(GatewayProcess process) throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        return new Sample(
                (long) MetricsPage.scrape(process.management()).sum("jvm_memory_used_bytes", "area=\"heap\""),
                count(proc.resolve("fd")),
                count(proc.resolve("task")));
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}
