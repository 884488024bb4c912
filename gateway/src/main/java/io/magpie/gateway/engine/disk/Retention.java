package io.magpie.gateway.engine.disk;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Trims the oldest messages of rooms that have more, or older ones, than they may. A room is trimmed some way below its
 * bounds or not at all, so that one in some hundred messages pays for it; ages are looked after in a walk over all
 * rooms, a few at a time.
 */
@OwnedBy(Owner.LOG_WRITER)
final class Retention {
    /** Of a bound; so much more is kept before it is trimmed. */
    private static final int SLACK = 8;

    private static final int MIN_SLACK = 64;

    /** Rooms looked at in one step of the walk. */
    private static final int STEP = 100;

    private final Storage storage;
    private final GatewayConfig.Log bounds;
    private final LongSupplier millis;
    private byte[] cursor = {};

    Retention(Storage storage, GatewayConfig.Log bounds, LongSupplier millis) {
        this.storage = storage;
        this.bounds = bounds;
        this.millis = millis;
    }

    /** Trims a room that has just grown, if it is time. */
    void afterAppend(RoomLog log) throws RocksDBException {
        long slack = Math.max(MIN_SLACK, bounds.messages() / SLACK);
        boolean many = log.head() - log.floor() > bounds.messages() + slack;
        long most = bounds.bytes().bytes();
        if (many || log.total() - log.floorTotal() > most + most / SLACK) {
            trim(log);
        }
    }

    /** Looks at the next few rooms of all, round and round. */
    void step() throws RocksDBException {
        List<RoomLog> rooms = storage.read(view -> view.walk(Storage.Family.ROOMS, cursor, new byte[] {-1}, at -> {
            List<RoomLog> found = new ArrayList<>();
            for (at.seekToFirst(); at.isValid() && found.size() < STEP; at.next()) {
                RoomId id = new RoomId(new String(at.key(), StandardCharsets.UTF_8));
                found.add(new RoomLog(id, Records.room(at.key(), at.value())));
            }
            return found;
        }));
        cursor = rooms.size() < STEP ? new byte[] {} : after(rooms.get(rooms.size() - 1).id);
        for (RoomLog room : rooms) {
            if (first(room, 0).filter(this::expired).isPresent()) {
                last(room).ifPresent(room::startAfter);
                trim(room);
            }
        }
    }

    private static byte[] after(RoomId room) {
        byte[] key = Records.roomKey(room);
        return Arrays.copyOf(key, key.length + 1);
    }

    private boolean expired(Records.StoredMessage message) {
        return message.message().at() < millis.getAsLong() - bounds.age().toMillis();
    }

    private void trim(RoomLog log) throws RocksDBException {
        long from = first(log, 0).map(oldest -> oldest.message().seq()).orElse(Long.MAX_VALUE);
        long most = bounds.bytes().bytes();
        long byCount = log.head() - bounds.messages();
        // Older ones may go from a place on: totals and times only grow.
        long byBytes = lastThat(log, from, stored -> log.total() - stored.total() >= most);
        long byAge = lastThat(log, from, this::expired);
        long last = Math.max(byCount, Math.max(Math.min(byBytes, log.head() - 1), byAge));
        if (last >= from) {
            Optional<Records.StoredMessage> border = first(log, last);
            if (border.isPresent() && border.get().message().seq() == last) {
                trim(log, border.get());
            }
        }
    }

    /** Everything up to a message goes. */
    private void trim(RoomLog log, Records.StoredMessage border) throws RocksDBException {
        long last = border.message().seq();
        log.trimmed(last, border.message().at(), border.total());
        try (WriteBatch batch = new WriteBatch()) {
            batch.deleteRange(
                    storage.handle(Storage.Family.MESSAGES),
                    Records.messageKey(log.number(), 0),
                    Records.messageKey(log.number(), last + 1));
            RoomLog.put(storage, batch, log.id, log.stored());
            // If it is lost, it is done again.
            storage.write(batch, false);
        }
    }

    /** The seq of the last message that fulfils what all older ones do; {@code from − 1} if none does. */
    private long lastThat(RoomLog log, long from, Predicate<Records.StoredMessage> old) {
        long yes = from - 1;
        long no = log.head() + 1;
        while (no - yes > 1) {
            long middle = (yes + no) >>> 1;
            if (first(log, middle).filter(old).isPresent()) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return yes;
    }

    /** The first message from a seq on. */
    private Optional<Records.StoredMessage> first(RoomLog log, long seq) {
        return storage.read(view -> view.walk(
                Storage.Family.MESSAGES,
                Records.messageKey(log.number(), seq),
                Records.messageKey(log.number(), Long.MAX_VALUE),
                at -> {
                    at.seekToFirst();
                    return at.isValid() ? Optional.of(Records.message(log.id, at.key(), at.value())) : Optional.empty();
                }));
    }

    private Optional<Records.StoredMessage> last(RoomLog log) {
        return storage.read(view -> view.walk(
                Storage.Family.MESSAGES,
                Records.messageKey(log.number(), 0),
                Records.messageKey(log.number(), Long.MAX_VALUE),
                at -> {
                    at.seekToLast();
                    return at.isValid() ? Optional.of(Records.message(log.id, at.key(), at.value())) : Optional.empty();
                }));
    }
}
