package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.disk.Records.StoredKey;
import io.magpie.gateway.engine.disk.Records.StoredMessage;
import io.magpie.gateway.engine.disk.Records.StoredRoom;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Makes a log of what was salvaged. Every room begins a new epoch, since nobody can know what it lacks, and its messages
 * follow each other from 1; so each client is told that its position is of another log. Idempotency keys go with their
 * messages. Belongs to its caller.
 */
final class Rebuild {
    private static final int BATCH = 1_000;

    /** The newest; more than any sensible {@code dedup.keys}. */
    private static final int MAX_KEYS = 200_000;

    private static final byte[] NOTHING = {};
    private static final byte[] EVERYTHING = {-1};

    private final Storage from;
    private final Storage to;
    private final Supplier<String> epochs;

    /** Positions that keys lead to, and the new ones of their messages; null as long as those aren't found. */
    private final Map<Position, @Nullable Position> places = new HashMap<>();

    private WriteBatch batch = new WriteBatch();
    private long rooms;
    private long messages;

    /** What the new log has. */
    record Built(long rooms, long messages, long keys) {}

    Rebuild(Storage from, Storage to, Supplier<String> epochs) {
        this.from = from;
        this.to = to;
        this.epochs = epochs;
    }

    /** Builds it, and brings it to the disk. */
    Built run() throws RocksDBException {
        List<StoredKey> keys =
                from.read(view -> view.walk(Storage.Family.KEYS, NOTHING, EVERYTHING, Rebuild::newestKeys));
        keys.forEach(key -> places.put(key.position(), null));
        from.read(view -> view.walk(Storage.Family.ROOMS, NOTHING, EVERYTHING, at -> {
            for (at.seekToFirst(); at.isValid(); at.next()) {
                room(new RoomId(new String(at.key(), StandardCharsets.UTF_8)), Records.room(at.key(), at.value()));
            }
            return rooms;
        }));
        long kept = keys(keys);
        batch.put(to.handle(Storage.Family.META), LogWriter.NEXT_ROOM, Records.counter(LogWriter.NEXT_ROOM, rooms + 1));
        to.write(batch, true);
        batch.close();
        return new Built(rooms, messages, kept);
    }

    private static List<StoredKey> newestKeys(RocksIterator at) {
        List<StoredKey> found = new ArrayList<>();
        for (at.seekToLast(); at.isValid() && found.size() < MAX_KEYS; at.prev()) {
            found.add(Records.key(at.key(), at.value()));
        }
        Collections.reverse(found);
        return found;
    }

    private void room(RoomId id, StoredRoom old) {
        NewRoom made = new NewRoom(id, rooms + 1, epochs.get());
        from.read(view -> view.walk(
                Storage.Family.MESSAGES,
                Records.messageKey(old.number(), old.floor() + 1),
                Records.messageKey(old.number(), Long.MAX_VALUE),
                at -> {
                    for (at.seekToFirst(); at.isValid(); at.next()) {
                        made.append(Records.message(id, at.key(), at.value()), old.epoch());
                    }
                    return made.head;
                }));
        if (made.head > 0) {
            rooms++;
            byte[] key = Records.roomKey(id);
            put(Storage.Family.ROOMS, key, Records.room(key, new StoredRoom(rooms, made.epoch, 0, -1, 0)));
        }
    }

    /** A room as it is rebuilt. Belongs to the rebuilding. */
    private final class NewRoom {
        private final RoomId id;
        private final long number;
        private final String epoch;
        private long head;
        private long total;

        NewRoom(RoomId id, long number, String epoch) {
            this.id = id;
            this.number = number;
            this.epoch = epoch;
        }

        void append(StoredMessage stored, String oldEpoch) {
            Message old = stored.message();
            head++;
            total += old.weight();
            Message message = new Message(id, head, old.at(), old.from(), old.key(), old.kind(), old.body());
            byte[] key = Records.messageKey(number, head);
            put(Storage.Family.MESSAGES, key, Records.message(key, message, total));
            messages++;
            Position before = new Position(oldEpoch, old.seq(), old.at());
            if (places.containsKey(before)) {
                places.put(before, new Position(epoch, head, old.at()));
            }
        }
    }

    /** Those whose messages are there. */
    private long keys(List<StoredKey> keys) {
        long next = 0;
        for (StoredKey key : keys) {
            Position now = places.get(key.position());
            if (now != null) {
                byte[] ordinal = Records.ordinalKey(next++);
                StoredKey moved = new StoredKey(key.from(), key.key(), now, key.length(), key.checksum(), key.millis());
                put(Storage.Family.KEYS, ordinal, Records.key(ordinal, moved));
            }
        }
        return next;
    }

    private void put(Storage.Family family, byte[] key, byte[] value) {
        try {
            batch.put(to.handle(family), key, value);
            if (batch.count() >= BATCH) {
                to.write(batch, false);
                batch.close();
                batch = new WriteBatch();
            }
        } catch (RocksDBException e) {
            throw new StorageException("the new log can't be written: " + e.getMessage(), e);
        }
    }
}
