package io.magpie.gateway.engine.disk;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.DedupWindow;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Position;
import io.magpie.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The idempotency keys of the log: in memory to be found, and on disk, in the batch of their message, to be known after
 * a restart too. They are numbered in the order of their use.
 */
@OwnedBy(Owner.LOG_WRITER)
final class StoredKeys {
    /** Old ones are deleted so many at a time, since each deletion costs later readers a little. */
    private static final int TRIM = 8_192;

    private final Storage storage;
    private final Engine.Environment environment;
    private final int maxKeys;
    private final DedupWindow window;
    private long next;
    private long oldest;

    private StoredKeys(Storage storage, GatewayConfig.Dedup dedup, Engine.Environment environment) {
        this.storage = storage;
        this.environment = environment;
        this.maxKeys = dedup.keys();
        this.window = new DedupWindow(dedup.window().toNanos(), dedup.keys());
    }

    /** Reads the keys that are still remembered; those of the last minutes, however many rooms there are. */
    static StoredKeys load(Storage storage, GatewayConfig.Dedup dedup, Engine.Environment environment) {
        StoredKeys keys = new StoredKeys(storage, dedup, environment);
        keys.load(dedup.window().toMillis());
        return keys;
    }

    private void load(long windowMillis) {
        long millis = environment.millis().getAsLong();
        long nanos = environment.nanos().getAsLong();
        storage.read(view ->
                view.walk(Storage.Family.KEYS, Records.ordinalKey(0), Records.ordinalKey(Long.MAX_VALUE), at -> {
                    at.seekToFirst();
                    oldest = at.isValid() ? Records.ordinalOf(at.key()) : 0;
                    at.seekToLast();
                    next = at.isValid() ? Records.ordinalOf(at.key()) + 1 : 0;
                    boolean remembered = at.isValid() && age(at, millis) < windowMillis;
                    // Forwards, which is the order of the window, and quicker than backwards.
                    if (remembered) {
                        at.seek(Records.ordinalKey(Math.max(0, next - maxKeys)));
                    }
                    Map<UserId, UserId> senders = new HashMap<>();
                    Map<String, String> epochs = new HashMap<>();
                    for (; remembered && at.isValid(); at.next()) {
                        Records.StoredKey key = Records.key(at.key(), at.value());
                        long age = age(key, millis);
                        if (age < windowMillis) {
                            // Each sender and epoch once: half of the memory, and of the time to collect it.
                            UserId from = senders.computeIfAbsent(key.from(), sender -> sender);
                            String epoch = epochs.computeIfAbsent(key.position().epoch(), name -> name);
                            long used = nanos - TimeUnit.MILLISECONDS.toNanos(age);
                            window.remember(from, key.key(), key.entry(epoch, used), nanos);
                        }
                    }
                    return next;
                }));
    }

    private static long age(RocksIterator at, long millis) {
        return age(Records.key(at.key(), at.value()), millis);
    }

    /** Since the key's use. The wall clock may have been set back meanwhile. */
    private static long age(Records.StoredKey key, long millis) {
        return Math.max(0, millis - key.millis());
    }

    Optional<DedupWindow.Entry> find(String epoch, Draft draft) {
        return window.find(epoch, draft, environment.nanos().getAsLong());
    }

    /** Keeps what a draft leads to when the batch is written, if it has a key. */
    void remember(Draft draft, Position position, WriteBatch batch) throws RocksDBException {
        String key = draft.key();
        if (key == null) {
            return;
        }
        long nanos = environment.nanos().getAsLong();
        DedupWindow.Entry entry = DedupWindow.Entry.of(draft, position, nanos);
        byte[] ordinal = Records.ordinalKey(next++);
        long millis = environment.millis().getAsLong();
        Records.StoredKey stored =
                new Records.StoredKey(draft.from().id(), key, position, entry.length(), entry.checksum(), millis);
        batch.put(storage.handle(Storage.Family.KEYS), ordinal, Records.key(ordinal, stored));
        if (next - oldest > maxKeys + (long) TRIM) {
            batch.deleteRange(
                    storage.handle(Storage.Family.KEYS), Records.ordinalKey(0), Records.ordinalKey(next - maxKeys));
            oldest = next - maxKeys;
        }
        // Last, so that nothing is remembered of what couldn't be put into the batch.
        window.remember(draft.from().id(), key, entry, nanos);
    }

    /** The batch wasn't written: the draft may come again. */
    void forget(String epoch, Draft draft) {
        window.forget(epoch, draft);
    }
}
