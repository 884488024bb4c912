package io.magpie.gateway.session;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.GatewayMetrics.ResumeOutcome;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The seats of connections: who sits there, or, for a while after that has gone, which rooms it was in and where in them.
 * A new connection with the ticket of an old one takes its seat over. Each loop keeps the seats of its own connections,
 * and a ticket says which loop that is, so there is no shared map. Immutable itself; any thread.
 */
public final class Seats {
    /** Who sits on a seat. Belongs to its connection's loop. */
    interface Holder {
        /** Gives up the seat and ends the connection. Says where it was in its rooms; null where that isn't known. */
        Map<RoomId, @Nullable Position> vacate();
    }

    private final List<LoopSeats> loops;
    private final GatewayMetrics metrics;

    /** @param nanos a monotonic clock */
    public Seats(List<DeliveryLoop> loops, GatewayConfig.Resume config, LongSupplier nanos, GatewayMetrics metrics) {
        int each = Math.max(1, config.tickets() / loops.size());
        this.loops = IntStream.range(0, loops.size())
                .mapToObj(i -> new LoopSeats(loops.get(i), config.keep(), each, nanos))
                .toList();
        this.metrics = metrics;
    }

    /** A connection is in use. On its loop. */
    void hold(Connection connection, Holder holder) {
        of(connection).hold(connection.id(), holder);
    }

    /**
     * A connection ends. Does nothing if it had ended, had lost its seat, or never had one. On its loop.
     *
     * @param positions asked for if they are to be kept
     */
    void left(Connection connection, Supplier<Map<RoomId, @Nullable Position>> positions) {
        of(connection).left(connection.id(), positions);
    }

    /** A connection that has ended was to have these rooms: who comes after it gets them. On its loop. */
    void keep(Connection connection, Map<RoomId, @Nullable Position> rooms) {
        of(connection).keep(connection.id(), rooms);
    }

    /**
     * Takes a seat over. Who still sits there is closed. A ticket may come again, since the answer that brings the next
     * one may be lost: it then stands for the seat of the connection that came with it last.
     *
     * @param then gets the rooms of the old connection, none if it isn't remembered; once, on the new one's loop
     */
    void take(Ticket ticket, Connection newcomer, Consumer<Map<RoomId, @Nullable Position>> then) {
        Seat.Moved to = new Seat.Moved(newcomer.loop().index(), newcomer.id());
        search(ticket.loop(), ticket.connection(), to, (outcome, rooms) -> {
            metrics.resumed(outcome);
            newcomer.loop().run(() -> then.accept(rooms));
        });
    }

    private void search(int loop, String connection, Seat.Moved newcomer, Taken then) {
        if (loop >= loops.size()) {
            then.accept(ResumeOutcome.IDENTITY, Map.of());
            return;
        }
        LoopSeats seats = loops.get(loop);
        seats.loop().run(() -> {
            Seat seat = seats.take(connection, newcomer);
            if (seat instanceof Seat.Held held) {
                then.accept(ResumeOutcome.TAKEN_OVER, held.holder().vacate());
            } else if (seat instanceof Seat.Vacant vacant) {
                then.accept(ResumeOutcome.RETURNED, vacant.rooms());
            } else if (seat instanceof Seat.Moved moved) {
                search(moved.loop(), moved.connection(), newcomer, then);
            } else {
                then.accept(ResumeOutcome.IDENTITY, Map.of());
            }
        });
    }

    private LoopSeats of(Connection connection) {
        return loops.get(connection.loop().index());
    }

    /** What became of a search. */
    @FunctionalInterface
    private interface Taken {
        void accept(ResumeOutcome outcome, Map<RoomId, @Nullable Position> rooms);
    }
}
