package io.magpie.gateway.session;

import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a connection's seat. Immutable. */
sealed interface Seat {
    /** Somebody sits there. */
    record Held(Seats.Holder holder) implements Seat {}

    /** The connection has gone; it was in these rooms. */
    record Vacant(Map<RoomId, @Nullable Position> rooms) implements Seat {}

    /** Another connection came with its ticket. */
    record Moved(int loop, String connection) implements Seat {}

    /** Nothing is known. */
    record Unknown() implements Seat {}
}
