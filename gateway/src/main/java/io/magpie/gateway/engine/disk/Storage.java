package io.magpie.gateway.engine.disk;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.magpie.gateway.support.DurableFiles;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The files of the log: a RocksDB with one family for each kind of record. Reading is for any thread but an event loop;
 * writing, reopening and closing are the log writer's. The lock is the only one in the gateway: readers hold it shared,
 * and it is taken alone only to reopen or close, so nobody waits for it in normal work.
 *
 * <p>A write-ahead log that ends within a record is what a crash leaves, and is cut there. Any other damage refuses to
 * open, because what was acknowledged would be missing.
 */
@OwnedBy(Owner.LOG_WRITER)
final class Storage implements AutoCloseable {
    /** The kinds of records; the names are in the files. */
    enum Family {
        META,
        ROOMS,
        MESSAGES,
        KEYS
    }

    /** In the order in which they are opened, behind the library's own. */
    static final List<Family> ALL = List.of(Family.values());

    /** What to do about damage. */
    static final String REMEDY = "; restore it from a copy, or let \"magpie repair\" keep what can be read";

    /** The library's file that says which others count. */
    private static final String CURRENT = "CURRENT";

    /** What the system says where no file is damaged. */
    private static final List<String> TROUBLES = List.of(
            "Too many open files",
            "Permission denied",
            "No space left",
            "Read-only file system",
            "lock hold by",
            "lock file",
            "Cannot allocate memory");

    private static final long CACHE_BYTES = 32L << 20;
    private static final long MESSAGES_BUFFER_BYTES = 16L << 20;
    private static final long OTHERS_BUFFER_BYTES = 4L << 20;
    private static final int BLOOM_BITS = 10;

    /** The library's own files, and these are enough for a million rooms; each is an open file. */
    private static final int MAX_OPEN_FILES = 512;

    private final Path directory;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final LRUCache cache = new LRUCache(CACHE_BYTES);
    private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
    private final DBOptions options = options();
    private final ColumnFamilyOptions messageOptions = familyOptions(MESSAGES_BUFFER_BYTES);
    private final ColumnFamilyOptions otherOptions = familyOptions(OTHERS_BUFFER_BYTES);
    private final ReadOptions reading = new ReadOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final List<ColumnFamilyHandle> families = new ArrayList<>();
    private @Nullable RocksDB db;

    private Storage(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens the files, or makes them.
     *
     * @throws StorageException if they are damaged or can't be used; the message names the file
     */
    static Storage open(Path directory) {
        RocksDB.loadLibrary();
        Storage storage = new Storage(directory);
        try {
            DurableFiles.makeDirectories(directory);
            boolean current = Files.exists(directory.resolve(CURRENT));
            if (!current && files(directory).stream().anyMatch(file -> holdsData(directory.resolve(file)))) {
                throw new NoSuchFileException(directory.resolve(CURRENT) + " is missing");
            }
            storage.options.setCreateIfMissing(!current);
            storage.db = storage.openFiles();
            return storage;
        } catch (RocksDBException | IOException e) {
            storage.close();
            throw new StorageException(
                    reason(e), "the log in " + directory + " can't be opened: " + fault(directory, e) + REMEDY, e);
        }
    }

    /**
     * Opens files to be read only; nothing is written or deleted, and what is wrong with them shows.
     *
     * @throws StorageException if they are damaged or can't be used
     */
    static Storage openToRead(Path directory) {
        RocksDB.loadLibrary();
        Storage storage = new Storage(directory);
        try {
            if (!Files.exists(directory.resolve(CURRENT))) {
                throw new NoSuchFileException(directory.resolve(CURRENT) + " is missing");
            }
            storage.families.clear();
            storage.db = RocksDB.openReadOnly(
                    storage.options, directory.toString(), storage.descriptors(), storage.families);
            return storage;
        } catch (RocksDBException | IOException e) {
            storage.close();
            throw new StorageException(reason(e), "the log can't be opened: " + fault(directory, e), e);
        }
    }

    /** The library says of a damaged file many things; what is no damage is known. */
    private static StorageException.Reason reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        boolean other = e instanceof IOException && !(e instanceof NoSuchFileException);
        return other || TROUBLES.stream().anyMatch(message::contains)
                ? StorageException.Reason.OTHER
                : StorageException.Reason.DAMAGED;
    }

    /** Tables that count. */
    Set<String> liveTables() {
        return db == null
                ? Set.of()
                : db.getLiveFilesMetaData().stream()
                        .map(table -> table.fileName().replace("/", ""))
                        .collect(toUnmodifiableSet());
    }

    /** What is wrong, with the path of the file: the library doesn't say it of all, and never of a write-ahead log. */
    private static String fault(Path directory, Exception e) {
        String message = String.valueOf(e.getMessage());
        try {
            List<String> files = files(directory);
            if (files.stream().anyMatch(file -> message.contains("/" + file))) {
                return message;
            }
            List<String> meant = files.stream().filter(message::contains).toList();
            List<String> named = meant.isEmpty()
                    ? files.stream().filter(file -> file.endsWith(".log")).toList()
                    : meant;
            return named.isEmpty() ? message : message + " in " + paths(directory, named);
        } catch (IOException unlisted) {
            return message;
        }
    }

    private static String paths(Path directory, List<String> files) {
        return files.stream()
                .sorted()
                .map(file -> directory.resolve(file).toString())
                .collect(joining(" or "));
    }

    /** A crash within the very first start leaves other files, and nothing in them. */
    private static boolean holdsData(Path file) {
        String name = file.toString();
        return name.endsWith(".sst") || (name.endsWith(".log") && file.toFile().length() > 0);
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private RocksDB openFiles() throws RocksDBException {
        families.clear();
        return RocksDB.open(options, directory.toString(), descriptors(), families);
    }

    private List<ColumnFamilyDescriptor> descriptors() {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, otherOptions));
        for (Family family : ALL) {
            byte[] name = family.name().getBytes(StandardCharsets.US_ASCII);
            descriptors.add(
                    new ColumnFamilyDescriptor(name, family == Family.MESSAGES ? messageOptions : otherOptions));
        }
        return descriptors;
    }

    private static DBOptions options() {
        return new DBOptions()
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                // A small disk must not be filled by space that is only reserved.
                .setAllowFAllocate(false)
                .setMaxOpenFiles(MAX_OPEN_FILES)
                .setMaxBackgroundJobs(2)
                .setMaxTotalWalSize(4 * MESSAGES_BUFFER_BYTES)
                .setBytesPerSync(1 << 20)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2);
    }

    private ColumnFamilyOptions familyOptions(long bufferBytes) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(bufferBytes)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setCacheIndexAndFilterBlocks(true)
                        .setFilterPolicy(bloom));
    }

    /** A reader's view. Valid only within {@link #read}. */
    final class View {
        private final RocksDB open;

        private View(RocksDB open) {
            this.open = open;
        }

        byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
            return open.get(handle(family), reading, key);
        }

        /**
         * Walks over keys.
         *
         * @param lower the first key
         * @param upper the first key beyond
         */
        <T> T walk(Family family, byte[] lower, byte[] upper, Function<RocksIterator, T> steps)
                throws RocksDBException {
            try (Slice from = new Slice(lower);
                    Slice to = new Slice(upper);
                    ReadOptions bounds =
                            new ReadOptions().setIterateLowerBound(from).setIterateUpperBound(to);
                    RocksIterator iterator = open.newIterator(handle(family), bounds)) {
                T result = steps.apply(iterator);
                // Without this, damage would look like the end.
                iterator.status();
                return result;
            }
        }
    }

    /** What reads; the files stay open while it runs. */
    interface Reading<T> {
        T from(View view) throws RocksDBException;
    }

    /**
     * Reads.
     *
     * @throws StorageException if the files are damaged, can't be read, or are closed
     */
    <T> T read(Reading<T> reading) {
        lock.readLock().lock();
        try {
            if (db == null) {
                throw new StorageException("the log in " + directory + " is closed");
            }
            return reading.from(new View(db));
        } catch (RocksDBException e) {
            throw new StorageException(reason(e), "the log in " + directory + " can't be read: " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Writes all or nothing; with {@code sync}, returns when it is on the disk. */
    void write(WriteBatch batch, boolean sync) throws RocksDBException {
        if (db == null) {
            throw new RocksDBException("the log is closed");
        }
        db.write(sync ? synced : unsynced, batch);
    }

    /** Brings to the disk what was written without {@code sync}. */
    void sync() throws RocksDBException {
        if (db != null) {
            db.syncWal();
        }
    }

    /** Begins anew after a write that failed, since the library takes no more of them; false if it can't yet. */
    boolean reopen() {
        lock.writeLock().lock();
        try {
            closeFiles();
            db = openFiles();
            return true;
        } catch (RocksDBException e) {
            return false;
        } finally {
            lock.writeLock().unlock();
        }
    }

    ColumnFamilyHandle handle(Family family) {
        return families.get(1 + ALL.indexOf(family));
    }

    private void closeFiles() {
        families.forEach(ColumnFamilyHandle::close);
        families.clear();
        if (db != null) {
            db.close();
            db = null;
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closeFiles();
        } finally {
            lock.writeLock().unlock();
        }
        List.of(options, messageOptions, otherOptions, reading, synced, unsynced, bloom, cache)
                .forEach(AbstractImmutableNativeReference::close);
    }
}
