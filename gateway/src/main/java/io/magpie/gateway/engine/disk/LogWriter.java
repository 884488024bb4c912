package io.magpie.gateway.engine.disk;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log. It takes what has come while the last batch was on its way to the disk, gives it
 * its places, and writes it as the next one: so the busier it is, the larger the batches, and nobody waits for a timer.
 * {@link #submit} and {@link #failed} are for any thread.
 *
 * <p><b>Failures.</b> When the disk is full, sends are refused with {@code storage_full} until there is room. When
 * anything else fails, above all bringing data to the disk, nothing is accepted any more until a restart: after a failed
 * sync the system may have dropped what it was given, and a later sync that succeeds says nothing about it.
 */
@OwnedBy(Owner.LOG_WRITER)
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private static final Refusal FULL = new Refusal(ErrorCode.STORAGE_FULL, "the server's disk is full");
    private static final Refusal FAILED =
            new Refusal(ErrorCode.UNAVAILABLE, "the server can't store messages; it needs a restart");

    /** A group is written when it holds so much, or when nothing waits. */
    private static final long GROUP_BYTES = 1 << 20;

    /** Beyond it drafts are refused: the disk can't keep up. */
    private static final long MAX_QUEUED_BYTES = 64L << 20;

    /** How old what was written may get before it is synced where the durability doesn't wait for that. */
    private static final long SYNC_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How often some rooms are looked at for messages that are too old. */
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What opening the files anew may need; while they can't be opened, nothing can be read. */
    private static final long REOPEN_BYTES = 1L << 20;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CLOSE_MILLIS = 10_000;
    static final byte[] NEXT_ROOM = {'r'};

    /** What a batch is made with. */
    record Books(Storage storage, StoredKeys keys, Engine.Environment environment, RoomNumbers numbers) {
        /** A room is stored for the first time, with the batch. */
        void open(RoomLog log, WriteBatch batch) throws RocksDBException {
            log.number(numbers.next++);
            RoomLog.put(storage, batch, log.id, log.stored());
            batch.put(storage.handle(Storage.Family.META), NEXT_ROOM, Records.counter(NEXT_ROOM, numbers.next));
        }
    }

    /** The number of the next room that is made. */
    @OwnedBy(Owner.LOG_WRITER)
    static final class RoomNumbers {
        private long next;

        RoomNumbers(Storage storage) {
            next = storage.read(view -> {
                byte[] stored = view.get(Storage.Family.META, NEXT_ROOM);
                return stored == null ? 1L : Records.counter(NEXT_ROOM, stored);
            });
        }

        long next() {
            return next;
        }
    }

    private final Books books;
    private final GatewayConfig.Log config;
    private final Retention retention;
    private final FileStore disk;
    private final LogMetrics metrics;
    private final BlockingQueue<Append> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread = new Thread(this::run, "magpie-log-writer");

    private volatile boolean closing;
    private volatile boolean failed;
    private boolean full;
    private boolean broken;
    private boolean unsynced;
    private long lookedNanos = System.nanoTime() - LOOK_NANOS;
    private long syncedNanos;
    private long steppedNanos = System.nanoTime();

    LogWriter(Books books, GatewayConfig.Log config, FileStore disk, LogMetrics metrics) {
        this.books = books;
        this.config = config;
        this.retention =
                new Retention(books.storage(), config, books.environment().millis());
        this.disk = disk;
        this.metrics = metrics;
    }

    void start() {
        thread.start();
    }

    /** Takes drafts; false if so much waits already that they must be refused. Any thread. */
    boolean submit(Append append) {
        long bytes = append.bytes();
        if (closing || queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES) {
            queuedBytes.addAndGet(-bytes);
            return false;
        }
        return queue.add(append);
    }

    /** Whether nothing is accepted any more until a restart. Any thread. */
    boolean failed() {
        return failed;
    }

    private void run() {
        List<Append> group = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                gather(group);
                if (!group.isEmpty()) {
                    commit(group);
                    group.clear();
                }
                tend();
            } catch (InterruptedException e) {
                closing = true;
            } catch (RuntimeException | Error e) {
                // Without this thread everybody would wait for ever; without its word, for a restart.
                fail(e);
                group.clear();
            }
        }
    }

    /** What waits, up to a size. */
    private void gather(List<Append> group) throws InterruptedException {
        long patience = unsynced ? SYNC_NANOS : STEP_NANOS;
        Append next = queue.poll(patience, TimeUnit.NANOSECONDS);
        long bytes = 0;
        while (next != null) {
            group.add(next);
            bytes += next.bytes();
            next = bytes < GROUP_BYTES ? queue.poll() : null;
        }
        queuedBytes.addAndGet(-bytes);
    }

    /** Writes what was gathered, and answers everybody once, whatever happens. */
    private void commit(List<Append> appends) {
        long begin = System.nanoTime();
        try (CommitGroup group = new CommitGroup(books, refusal(begin))) {
            try {
                for (Append append : appends) {
                    group.add(append);
                }
            } catch (RocksDBException | RuntimeException | Error e) {
                fail(e);
                group.settle(FAILED);
                appends.forEach(append -> CommitGroup.refuse(append, FAILED));
                return;
            }
            if (group.messages() > 0) {
                group.settle(write(group.batch()));
                metrics.committed(group.messages(), System.nanoTime() - begin);
            }
            group.answer();
            trim(group.touched());
        }
    }

    private void trim(List<RoomLog> grown) {
        try {
            for (RoomLog log : grown) {
                if (!failed && !broken) {
                    retention.afterAppend(log);
                }
            }
        } catch (RocksDBException e) {
            failedWrite(e);
        } catch (StorageException e) {
            unreadable(e);
        }
    }

    /** Work that isn't for anybody who waits. */
    private void tend() {
        long now = System.nanoTime();
        try {
            if (unsynced && now - syncedNanos >= SYNC_NANOS) {
                books.storage().sync();
                unsynced = false;
            }
            if (now - steppedNanos >= STEP_NANOS && !failed && !broken) {
                steppedNanos = now;
                retention.step();
            }
        } catch (RocksDBException e) {
            failedWrite(e);
        } catch (StorageException e) {
            unreadable(e);
        }
    }

    /** An old message that can't be read is no reason to take no new ones; it isn't trimmed, and whoever asks is told. */
    private void unreadable(StorageException e) {
        metrics.unreadable();
        LOG.error("log.not-trimmed: {}", e.getMessage());
    }

    /** Why nothing can be stored now, or null. */
    private @Nullable Refusal refusal(long now) {
        if (failed) {
            return FAILED;
        }
        if (now - lookedNanos >= LOOK_NANOS) {
            lookedNanos = now;
            long free = free();
            boolean room = free >= config.minFree().bytes();
            if (room && broken && free >= REOPEN_BYTES) {
                broken = !books.storage().reopen();
            }
            tell(!room || broken);
        }
        return full ? FULL : null;
    }

    private long free() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            LOG.warn("log.free-space-unknown", e);
            return Long.MAX_VALUE;
        }
    }

    private void tell(boolean now) {
        if (now != full) {
            LOG.warn(
                    now ? "log.full free={} min-free={}" : "log.has-room free={} min-free={}",
                    free(),
                    config.minFree());
        }
        full = now;
        metrics.full(now);
    }

    private @Nullable Refusal write(WriteBatch batch) {
        try {
            boolean fsync = config.durability() == GatewayConfig.Durability.FSYNC;
            books.storage().write(batch, fsync);
            if (!fsync && !unsynced) {
                unsynced = true;
                syncedNanos = System.nanoTime();
            }
            return null;
        } catch (RocksDBException e) {
            return failedWrite(e);
        }
    }

    /** The library takes no more writes after one that failed; where only room was lacking, it is opened anew. */
    private Refusal failedWrite(RocksDBException e) {
        Status status = e.getStatus();
        boolean noSpace = status != null && status.getSubCode() == Status.SubCode.NoSpace;
        // A sync that failed leaves open what is on the disk, whatever it failed for.
        if (noSpace && !String.valueOf(e.getMessage()).contains("sync")) {
            broken = true;
            tell(true);
            return FULL;
        }
        fail(e);
        return FAILED;
    }

    private void fail(Throwable e) {
        LOG.error("log.failed: nothing is accepted until a restart", e);
        failed = true;
        metrics.failed();
    }

    /** Runs a task on a shard; if that has ended, nobody is there to be told. */
    static void post(Executor shard, Runnable task) {
        try {
            shard.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("log.shard-ended", e);
        }
    }

    /** Whether the thread has ended. Any thread. */
    boolean ended() {
        return !thread.isAlive();
    }

    /** Writes what was taken, and ends; a disk that hangs is waited for only so long. */
    @Override
    public void close() {
        closing = true;
        // It may wait for something to write.
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
