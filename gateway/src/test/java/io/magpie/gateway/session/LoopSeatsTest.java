package io.magpie.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.room.ManualLoop;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopSeatsTest {
    private static final Seat.Moved NEXT = new Seat.Moved(0, "next");

    private final ManualLoop loop = new ManualLoop(0);
    private final LoopSeats seats = new LoopSeats(loop.delivery(), Duration.ofMinutes(10), 4, loop.ticker()::nanoTime);

    @Test
    void keepsNoMoreSeatsThanItMayAndTheNewest() {
        loop.inside(() -> {
            for (int i = 0; i < 10; i++) {
                leave("c" + i, 1);
            }
            assertThat(seats.vacancies()).isEqualTo(4);
            assertThat(seats.take("c5", NEXT)).isInstanceOf(Seat.Unknown.class);
            assertThat(seats.take("c6", NEXT)).isEqualTo(new Seat.Vacant(rooms(1)));
        });
    }

    @Test
    void countsASeatWithManyRoomsAsMany() {
        loop.inside(() -> {
            leave("a", 1);
            leave("b", 16);
            leave("c", 1);
            assertThat(seats.vacancies()).isEqualTo(2);
            leave("d", 100);
            assertThat(seats.vacancies()).isZero();
            leave("e", 1);
            assertThat(seats.vacancies()).isEqualTo(1);
        });
    }

    @Test
    void forgetsSeatsOneAfterTheOther() {
        loop.inside(() -> leave("a", 1));
        loop.advance(Duration.ofMinutes(6));
        loop.inside(() -> leave("b", 1));
        loop.advance(Duration.ofMinutes(5));
        loop.inside(() -> {
            leave("c", 1);
            assertThat(seats.vacancies()).isEqualTo(2);
            assertThat(seats.take("a", NEXT)).isInstanceOf(Seat.Unknown.class);
            assertThat(seats.take("b", NEXT)).isInstanceOf(Seat.Vacant.class);
        });
    }

    @Test
    void tellsWhereASeatWent() {
        loop.inside(() -> {
            leave("a", 1);
            seats.take("a", NEXT);
            assertThat(seats.take("a", new Seat.Moved(1, "later"))).isEqualTo(NEXT);
            assertThat(seats.vacancies()).isEqualTo(1);
        });
    }

    @Test
    void keepsNothingOfOneWhoLostItsSeat() {
        loop.inside(() -> {
            Map<RoomId, @Nullable Position> nowhere = Map.of();
            seats.hold("a", () -> nowhere);
            assertThat(seats.take("a", NEXT)).isInstanceOf(Seat.Held.class);
            seats.left("a", () -> rooms(3));
            assertThat(seats.take("a", NEXT)).isEqualTo(NEXT);
        });
    }

    private void leave(String connection, int rooms) {
        seats.hold(connection, Map::of);
        seats.left(connection, () -> rooms(rooms));
    }

    private static Map<RoomId, @Nullable Position> rooms(int count) {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        for (int i = 0; i < count; i++) {
            rooms.put(new RoomId("r" + i), new Position("e", i, Position.NO_TIME));
        }
        return rooms;
    }
}
