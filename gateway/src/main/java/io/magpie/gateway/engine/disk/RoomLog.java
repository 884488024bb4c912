package io.magpie.gateway.engine.disk;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Where one subscribed room's log stands. A reader makes it from what is stored; from the first append on it is the log
 * writer's. {@link #id}, {@link #epoch} and, once it isn't 0 any more, {@link #number} may be read by anybody.
 */
@OwnedBy(Owner.LOG_WRITER)
final class RoomLog {
    final RoomId id;
    final String epoch;

    /** Names the room in the keys of its messages; 0 until its first message is stored. */
    private volatile long number;

    private long floor;
    private long floorAt;
    private long floorTotal;

    private long head;
    private long at;
    private long total;

    /** What to return to if the batch under way fails. */
    private long keptHead;

    private long keptAt;
    private long keptTotal;
    private long keptNumber;
    private boolean marked;

    RoomLog(RoomId id, Records.StoredRoom stored) {
        this.id = id;
        this.epoch = stored.epoch();
        this.number = stored.number();
        this.floor = stored.floor();
        this.floorAt = stored.at();
        this.floorTotal = stored.total();
        this.head = floor;
        this.at = floorAt;
        this.total = floorTotal;
    }

    /** Goes on from the newest message that is stored. */
    void startAfter(Records.StoredMessage newest) {
        head = newest.message().seq();
        at = newest.message().at();
        total = newest.total();
    }

    long number() {
        return number;
    }

    void number(long number) {
        this.number = number;
    }

    /** The seq of the newest message that was trimmed, 0 if none was. */
    long floor() {
        return floor;
    }

    long floorTotal() {
        return floorTotal;
    }

    long head() {
        return head;
    }

    long total() {
        return total;
    }

    /** The newest message's position. */
    Position position() {
        return new Position(epoch, head, at);
    }

    /** The time of the next message: the wall clock may step back, a room's time never does. */
    long nextAt(long millis) {
        return Math.max(at, millis);
    }

    /** A message takes its place; it follows the head. */
    void append(Message message) {
        head = message.seq();
        at = message.at();
        total += message.weight();
    }

    /** Everything up to a message has been trimmed. */
    void trimmed(long seq, long trimmedAt, long trimmedTotal) {
        floor = seq;
        floorAt = trimmedAt;
        floorTotal = trimmedTotal;
    }

    /** Puts a room's record, and its copy, into a batch. */
    static void put(Storage storage, WriteBatch batch, RoomId id, Records.StoredRoom room) throws RocksDBException {
        byte[] key = Records.roomKey(id);
        batch.put(storage.handle(Storage.Family.ROOMS), key, Records.room(key, room));
        byte[] copyKey = Records.copyKey(room.number());
        batch.put(storage.handle(Storage.Family.META), copyKey, Records.copy(copyKey, new Records.NamedRoom(room, id)));
    }

    Records.StoredRoom stored() {
        return new Records.StoredRoom(number, epoch, floor, floorAt, floorTotal);
    }

    /** Remembers where it stands, until {@link #settle}; true if it hadn't before. */
    boolean mark() {
        boolean first = !marked;
        if (first) {
            marked = true;
            keptHead = head;
            keptAt = at;
            keptTotal = total;
            keptNumber = number;
        }
        return first;
    }

    /** The batch is stored, or else everything since {@link #mark} is taken back. */
    void settle(boolean stored) {
        marked = false;
        if (!stored) {
            head = keptHead;
            at = keptAt;
            total = keptTotal;
            number = keptNumber;
        }
    }
}
