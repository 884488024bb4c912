package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.ErrorCode;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that read the log, since reading may wait for the disk; and as many questions as may wait for them. Any
 * thread; the answers come on a thread of these.
 */
final class LogReaders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogReaders.class);
    private static final int THREADS = 2;

    /** Rooms to be opened and pages to be read: some seconds' work. */
    private static final int MAX_WAITING = 8_192;

    private static final Refusal BUSY = new Refusal(ErrorCode.BUSY, "too much is being read, try again later");
    private static final Refusal UNREADABLE = new Refusal(ErrorCode.INTERNAL, "the room's log can't be read");

    private final LogMetrics metrics;
    private final ThreadPoolExecutor pool;

    LogReaders(LogMetrics metrics) {
        this.metrics = metrics;
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> new Thread(task, "magpie-log-reader-" + count.getAndIncrement());
        this.pool = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), threads);
    }

    /** What is to be read. */
    interface Question<T> {
        T answer();
    }

    /** Reads, and calls one of both once. */
    <T> void ask(Question<T> question, Consumer<T> done, Consumer<Refusal> refused) {
        try {
            pool.execute(() -> {
                T answer;
                try {
                    answer = question.answer();
                } catch (StorageException e) {
                    // The message has all that an operator needs: the file and the place in it.
                    LOG.error("log.unreadable: {}", e.getMessage());
                    metrics.unreadable();
                    refused.accept(UNREADABLE);
                    return;
                } catch (RuntimeException | Error e) {
                    LOG.error("log.unreadable", e);
                    metrics.unreadable();
                    refused.accept(UNREADABLE);
                    return;
                }
                done.accept(answer);
            });
        } catch (RejectedExecutionException e) {
            refused.accept(BUSY);
        }
    }

    @Override
    public void close() {
        pool.shutdown();
        try {
            pool.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
