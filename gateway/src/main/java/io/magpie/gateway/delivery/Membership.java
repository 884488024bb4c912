package io.magpie.gateway.delivery;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import org.jspecify.annotations.Nullable;

/**
 * One connection in one room. Rooms know the immutable part (which connection, whose); the place in the loop's member
 * list belongs to the connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Membership {
    private final RoomId room;
    private final Connection connection;
    private final Sender sender;

    /** The list this membership stands in, and where; null while it doesn't. */
    @Nullable
    LoopMembers list;

    int slot;

    /** How the member gets what it missed; null while it is live. */
    @Nullable
    CatchUp catchUp;

    /** The last round of {@link LoopMembers} that this member had, so that a moved member isn't served twice. */
    long round;

    public Membership(RoomId room, Connection connection, Sender sender) {
        this.room = room;
        this.connection = connection;
        this.sender = sender;
    }

    public RoomId room() {
        return room;
    }

    public Connection connection() {
        return connection;
    }

    /** Who the member is to others. */
    public Sender sender() {
        return sender;
    }

    /**
     * Up to where everything has been given to this member's connection, in order; null while it isn't in a list, because
     * its room hasn't answered yet or delivery has stopped. Found when it is asked for, so that a live member costs
     * nothing for it: who is live has all batches that came to its list but those that are on their way to it.
     */
    public @Nullable Position position() {
        assert connection.loop().inLoop();
        return list == null ? null : list.position(this);
    }

    /** Stops live delivery at once. Does nothing if there is none. */
    public void stop() {
        assert connection.loop().inLoop();
        if (list != null) {
            list.remove(this);
        }
    }
}
