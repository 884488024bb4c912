package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rooms that one session is in, or is about to enter. Belongs to the session's loop. */
@OwnedBy(Owner.EVENT_LOOP)
final class Memberships {
    private final Connection connection;
    private final Sender self;
    private final RoomShards rooms;
    private final Map<RoomId, Membership> byRoom = new LinkedHashMap<>();

    Memberships(Connection connection, Sender self, RoomShards rooms) {
        this.connection = connection;
        this.self = self;
        this.rooms = rooms;
    }

    int size() {
        return byRoom.size();
    }

    /** The membership of a room, or null if there is none. */
    @Nullable
    Membership of(RoomId room) {
        return byRoom.get(room);
    }

    /** The membership of a room, made now if there is none; live delivery begins when the room has answered. */
    Membership reserve(RoomId room) {
        return byRoom.computeIfAbsent(room, r -> new Membership(r, connection, self));
    }

    /** Whether this membership is still wanted: not left or refused meanwhile. */
    boolean holds(Membership member) {
        return byRoom.get(member.room()) == member;
    }

    /** Gives up a membership that the room refused. */
    void cancel(Membership member) {
        byRoom.remove(member.room(), member);
    }

    /**
     * Ends live delivery at once and tells the room.
     *
     * @param done called when the room no longer counts the member
     */
    void leave(Membership member, Runnable done) {
        byRoom.remove(member.room(), member);
        member.stop();
        rooms.leave(member, done);
    }

    void leaveAll() {
        List.copyOf(byRoom.values()).forEach(member -> leave(member, () -> {}));
    }
}
