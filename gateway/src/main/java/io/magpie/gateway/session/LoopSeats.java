package io.magpie.gateway.session;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The seats of one loop's connections, by the connections' ids. Seats that nobody sits on are kept for a time and up to a
 * number; the oldest go first. Belongs to the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LoopSeats {
    private static final Seat UNKNOWN = new Seat.Unknown();

    /** A seat with more rooms than this counts as more than one, lest a few clients with many rooms fill the memory. */
    private static final int ROOMS_OF_ONE = 8;

    /** A seat that nobody sits on, since when. */
    private record Empty(Seat seat, long sinceNanos) {
        int weight() {
            return seat instanceof Seat.Vacant vacant ? 1 + vacant.rooms().size() / ROOMS_OF_ONE : 1;
        }
    }

    private final DeliveryLoop loop;
    private final long keepNanos;
    private final int most;
    private final LongSupplier nanos;
    private final Map<String, Seats.Holder> held = new HashMap<>();

    /** The oldest first. */
    private final Map<String, Empty> empty = new LinkedHashMap<>();

    private int weight;

    LoopSeats(DeliveryLoop loop, Duration keep, int most, LongSupplier nanos) {
        this.loop = loop;
        this.keepNanos = keep.toNanos();
        this.most = most;
        this.nanos = nanos;
    }

    DeliveryLoop loop() {
        return loop;
    }

    void hold(String connection, Seats.Holder holder) {
        assert loop.inLoop();
        held.put(connection, holder);
    }

    void left(String connection, Supplier<Map<RoomId, @Nullable Position>> positions) {
        assert loop.inLoop();
        if (held.remove(connection) != null) {
            put(connection, new Seat.Vacant(positions.get()));
        }
    }

    void keep(String connection, Map<RoomId, @Nullable Position> rooms) {
        assert loop.inLoop();
        // Who took the seat meanwhile keeps it.
        if (!(kept(connection) instanceof Seat.Moved)) {
            put(connection, new Seat.Vacant(rooms));
        }
    }

    /** Gives a seat to a newcomer, and says what it was until now. */
    Seat take(String connection, Seat.Moved newcomer) {
        assert loop.inLoop();
        Seats.Holder holder = held.remove(connection);
        Seat seat = holder == null ? kept(connection) : new Seat.Held(holder);
        if (seat != UNKNOWN) {
            put(connection, newcomer);
        }
        return seat;
    }

    private Seat kept(String connection) {
        Empty kept = empty.get(connection);
        return kept == null || nanos.getAsLong() - kept.sinceNanos() > keepNanos ? UNKNOWN : kept.seat();
    }

    /** Seats that nobody sits on. */
    int vacancies() {
        return empty.size();
    }

    private void put(String connection, Seat seat) {
        Empty before = empty.remove(connection);
        weight -= before == null ? 0 : before.weight();
        long now = nanos.getAsLong();
        Empty added = new Empty(seat, now);
        weight += added.weight();
        empty.put(connection, added);
        Iterator<Empty> oldest = empty.values().iterator();
        while (oldest.hasNext()) {
            Empty next = oldest.next();
            if (weight <= most && now - next.sinceNanos() <= keepNanos) {
                return;
            }
            weight -= next.weight();
            oldest.remove();
        }
    }
}
