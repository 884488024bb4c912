package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.Engine;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads rooms from the files. Blocks, so it is never called on an event loop. Immutable; any other thread. */
final class LogReader {
    /** Of {@link Message#weight}: a page is one frame. */
    private static final long MAX_PAGE_BYTES = 256 * 1_024;

    private final Storage storage;
    private final int recent;
    private final long recentBytes;
    private final Supplier<String> epochs;

    /**
     * @param recent how many of a room's newest messages a subscription begins with
     * @param recentBytes how many bytes of them
     */
    LogReader(Storage storage, int recent, long recentBytes, Supplier<String> epochs) {
        this.storage = storage;
        this.recent = recent;
        this.recentBytes = recentBytes;
        this.epochs = epochs;
    }

    /** A room as it is stored, and its newest messages. */
    record Loaded(RoomLog log, List<Message> recent) {}

    /** Looks a room up; one that was never spoken in gets a new epoch. */
    Loaded load(RoomId room) {
        return storage.read(view -> {
            byte[] key = Records.roomKey(room);
            byte[] value = view.get(Storage.Family.ROOMS, key);
            if (value == null) {
                Records.StoredRoom none = new Records.StoredRoom(0, epochs.get(), 0, -1, 0);
                return new Loaded(new RoomLog(room, none), List.of());
            }
            RoomLog log = new RoomLog(room, Records.room(key, value));
            List<Records.StoredMessage> newest = backwards(view, log, Long.MAX_VALUE, recent, recentBytes);
            if (!newest.isEmpty()) {
                log.startAfter(newest.get(newest.size() - 1));
            }
            return new Loaded(
                    log, newest.stream().map(Records.StoredMessage::message).toList());
        });
    }

    /** The page that a query asks for. */
    Engine.Page page(RoomLog log, Command.History query) {
        if (log.number() == 0) {
            return new Engine.Page(log.epoch, List.of(), false);
        }
        boolean forwards = query.after() != Command.History.UNSET;
        // One more than asked for says whether there are more.
        int count = query.limit() + 1;
        List<Records.StoredMessage> found = storage.read(view -> forwards
                ? forwards(view, log, query.after(), count)
                : backwards(view, log, end(query.before()), count, MAX_PAGE_BYTES));
        List<Message> messages =
                found.stream().map(Records.StoredMessage::message).toList();
        int kept = Math.min(query.limit(), fitting(messages, forwards));
        boolean more = kept < messages.size();
        int size = messages.size();
        return new Engine.Page(
                log.epoch, forwards ? messages.subList(0, kept) : messages.subList(size - kept, size), more);
    }

    private static long end(long before) {
        return before == Command.History.UNSET ? Long.MAX_VALUE : before;
    }

    /** How many messages from one end make a page; at least one, if there is one. */
    private static int fitting(List<Message> messages, boolean fromTheFirst) {
        long bytes = 0;
        for (int i = 0; i < messages.size(); i++) {
            bytes += messages.get(fromTheFirst ? i : messages.size() - 1 - i).weight();
            if (bytes > MAX_PAGE_BYTES && i > 0) {
                return i;
            }
        }
        return messages.size();
    }

    private static List<Records.StoredMessage> forwards(Storage.View view, RoomLog log, long after, int count)
            throws RocksDBException {
        byte[] lower = Records.messageKey(log.number(), after + 1);
        byte[] upper = Records.messageKey(log.number(), Long.MAX_VALUE);
        return view.walk(Storage.Family.MESSAGES, lower, upper, at -> {
            at.seekToFirst();
            List<Records.StoredMessage> found = new ArrayList<>();
            long bytes = 0;
            while (at.isValid() && found.size() < count && bytes <= MAX_PAGE_BYTES) {
                bytes += take(log, at, found, 1);
                at.next();
            }
            return found;
        });
    }

    /** The newest messages before a seq; oldest first, at least one if there is one, one more than fits. */
    private static List<Records.StoredMessage> backwards(
            Storage.View view, RoomLog log, long before, int count, long maxBytes) throws RocksDBException {
        byte[] lower = Records.messageKey(log.number(), 0);
        byte[] upper = Records.messageKey(log.number(), before);
        return view.walk(Storage.Family.MESSAGES, lower, upper, at -> {
            at.seekToLast();
            List<Records.StoredMessage> found = new ArrayList<>();
            long bytes = 0;
            while (at.isValid() && found.size() < count && bytes <= maxBytes) {
                bytes += take(log, at, found, -1);
                at.prev();
            }
            Collections.reverse(found);
            return found;
        });
    }

    /** Takes the message at the iterator, which must follow the one before without a hole; returns its weight. */
    private static long take(RoomLog log, RocksIterator at, List<Records.StoredMessage> found, int step) {
        Records.StoredMessage stored = Records.message(log.id, at.key(), at.value());
        if (!found.isEmpty()) {
            long last = found.get(found.size() - 1).message().seq();
            if (stored.message().seq() != last + step) {
                throw StorageException.damaged("a message is missing in the log of a room: "
                        + stored.message().seq() + " stands next to " + last);
            }
        }
        found.add(stored);
        return stored.message().weight();
    }
}
