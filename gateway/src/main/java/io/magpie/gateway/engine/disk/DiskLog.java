package io.magpie.gateway.engine.disk;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log of all rooms of a process: one thread writes it, some read it, and each shard has an engine on it.
 * Opened and closed by one thread; the rest is for any.
 */
public final class DiskLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskLog.class);

    /** What a subscription begins with; the rest of a room's memory fills as it is spoken in. */
    private static final int RECENT = 64;

    private static final long RECENT_BYTES = 64 * 1_024;

    private final DataDirectory directory;
    private final Storage storage;
    private final LogReader reader;
    private final LogReaders readers;
    private final LogWriter writer;

    private DiskLog(DataDirectory directory, Storage storage, LogReader reader, LogReaders readers, LogWriter writer) {
        this.directory = directory;
        this.storage = storage;
        this.reader = reader;
        this.readers = readers;
        this.writer = writer;
    }

    /**
     * Opens the directory that the configuration names, or makes it.
     *
     * @throws StorageException if it is in use, damaged, of a newer version, or can't be used; the message is for the
     *     operator
     */
    public static DiskLog open(GatewayConfig config, Engine.Environment environment, MeterRegistry registry) {
        long begin = System.nanoTime();
        GatewayConfig.Log log = config.log();
        DataDirectory directory = DataDirectory.open(Path.of(log.directory()));
        Storage storage = null;
        try {
            LogCheck.refuseLostTables(directory.files());
            storage = Storage.open(directory.files());
            LogMetrics metrics = new LogMetrics(registry, log.durability());
            LogWriter.Books books = new LogWriter.Books(
                    storage,
                    StoredKeys.load(storage, config.dedup(), environment),
                    environment,
                    new LogWriter.RoomNumbers(storage));
            int recent = Math.min(RECENT, config.history().messages());
            LogReader reader = new LogReader(storage, recent, RECENT_BYTES, environment.epochs());
            LogWriter writer = new LogWriter(books, log, Files.getFileStore(directory.files()), metrics);
            writer.start();
            LOG.info(
                    "log.opened directory={} durability={} millis={}",
                    Path.of(log.directory()).toAbsolutePath(),
                    log.durability(),
                    (System.nanoTime() - begin) / 1_000_000);
            return new DiskLog(directory, storage, reader, new LogReaders(metrics), writer);
        } catch (IOException | RuntimeException e) {
            if (storage != null) {
                storage.close();
            }
            directory.close();
            throw e instanceof StorageException known
                    ? known
                    : new StorageException("the log in " + log.directory() + " can't be opened: " + e, e);
        }
    }

    /** An engine for a shard, whose answers come on the shard's executor. */
    public Engine engine(Executor shard) {
        return new DiskEngine(shard, reader, readers, writer);
    }

    /** Whether messages can be stored, or could be if there were room; false means that a restart is needed. */
    public boolean sound() {
        return !writer.failed();
    }

    /** Writes what was accepted, and closes the files. No engine may be asked after it. */
    @Override
    public void close() {
        writer.close();
        readers.close();
        if (writer.ended()) {
            storage.close();
            directory.close();
        } else {
            // What a thread may be writing to must stay open; the process ends soon.
            LOG.error("log.not-closed: the disk doesn't answer");
        }
    }
}
