package io.magpie.bench.simulate;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Posts a task to each event loop every few milliseconds, and keeps how long it waited. Owner: the main thread. */
final class LoopPulse implements AutoCloseable {
    /** How often each loop is asked. */
    static final Duration EVERY = Duration.ofMillis(5);

    private final Map<EventExecutor, LoopPauses> loops = new LinkedHashMap<>();
    private final ScheduledExecutorService poster = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "loop-pulse");
        thread.setDaemon(true);
        return thread;
    });

    LoopPulse(Collection<? extends EventExecutor> executors) {
        executors.forEach(executor -> loops.put(executor, new LoopPauses(System::nanoTime)));
    }

    /** Begins; once. */
    void start() {
        poster.scheduleAtFixedRate(this::postAll, 0, EVERY.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The waits on all loops since the last call, in nanoseconds. */
    Histogram take() {
        Histogram all = new Histogram(3);
        loops.values().forEach(pauses -> all.add(pauses.take()));
        return all;
    }

    @Override
    public void close() {
        poster.shutdownNow();
    }

    private void postAll() {
        loops.forEach((executor, pauses) -> {
            if (pauses.due()) {
                try {
                    executor.execute(pauses::ran);
                } catch (RejectedExecutionException e) {
                    pauses.refused();
                }
            }
        });
    }
}
