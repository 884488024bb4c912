package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.disk.Records.StoredKey;
import io.magpie.gateway.engine.disk.Records.StoredMessage;
import io.magpie.gateway.engine.disk.Records.StoredRoom;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Makes a log of what was salvaged. Every room begins a new epoch, since nobody can know what it lacks, and its messages
 * follow each other from 1; so each client is told that its position is of another log. Idempotency keys go with their
 * messages.
 */
@OwnedBy(Owner.MAIN)
final class Rebuild {
    private static final int BATCH = 1_000;

    private static final byte[] NOTHING = {};
    private static final byte[] EVERYTHING = {-1};
    private static final byte[] BEYOND_MESSAGES = Records.messageKey(Long.MAX_VALUE, Long.MAX_VALUE);

    private final Storage from;
    private final Storage to;
    private final Supplier<String> epochs;
    private final int maxKeys;

    /** Positions that keys lead to, and the new ones of their messages; null as long as those aren't found. */
    private final Map<Position, @Nullable Position> places = new HashMap<>();

    private WriteBatch batch = new WriteBatch();
    private final Set<Long> oldNumbers = new HashSet<>();
    private long rooms;
    private long messages;

    /**
     * What the new log has.
     *
     * @param orphans messages that it hasn't because nobody knows which room's they are
     */
    record Built(long rooms, long messages, long keys, long orphans) {}

    /** @param maxKeys idempotency keys that are kept, the newest */
    Rebuild(Storage from, Storage to, Supplier<String> epochs, int maxKeys) {
        this.from = from;
        this.to = to;
        this.epochs = epochs;
        this.maxKeys = maxKeys;
    }

    /** Builds it, and brings it to the disk. */
    Built run() throws RocksDBException {
        List<StoredKey> keys = from.read(view -> view.walk(Storage.Family.KEYS, NOTHING, EVERYTHING, this::newestKeys));
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
        return new Built(rooms, messages, kept, orphans());
    }

    /** Messages of numbers that no room has. */
    private long orphans() {
        return from.read(view -> view.walk(Storage.Family.MESSAGES, NOTHING, BEYOND_MESSAGES, at -> {
            long count = 0;
            at.seekToFirst();
            while (at.isValid()) {
                long number = Records.roomNumberOf(at.key());
                if (oldNumbers.contains(number)) {
                    at.seek(Records.messageKey(number + 1, 0));
                } else {
                    count++;
                    at.next();
                }
            }
            return count;
        }));
    }

    private List<StoredKey> newestKeys(RocksIterator at) {
        List<StoredKey> found = new ArrayList<>();
        for (at.seekToLast(); at.isValid() && found.size() < maxKeys; at.prev()) {
            found.add(Records.key(at.key(), at.value()));
        }
        Collections.reverse(found);
        return found;
    }

    private void room(RoomId id, StoredRoom old) {
        oldNumbers.add(old.number());
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
            try {
                RoomLog.put(to, batch, id, new StoredRoom(rooms, made.epoch, 0, -1, 0));
            } catch (RocksDBException e) {
                throw new StorageException("the new log can't be written: " + e.getMessage(), e);
            }
        }
    }

    /** A room as it is rebuilt. */
    @OwnedBy(Owner.MAIN)
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
