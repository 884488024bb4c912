package io.magpie.gateway.engine.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.EngineContract;
import io.magpie.gateway.engine.EngineHarness;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalEngineTest extends EngineContract {
    private final AtomicInteger epochs = new AtomicInteger();

    @Override
    protected Engine create(Setup setup) {
        return new LocalEngine(
                setup.history(),
                setup.dedup(),
                new Engine.Environment(
                        setup.clock()::millis, setup.clock()::nanos, () -> "e" + epochs.incrementAndGet()));
    }

    @Test
    void forgetsARoomThatIsNoLongerSubscribed() {
        String old = subscribe(room).head().epoch();
        append(room, draft("a", "k", "x"));
        this.<Boolean>call(done -> {
            engine().unsubscribe(room);
            done.accept(true);
        });

        Engine.Subscription again = subscribe(room);

        assertThat(again.head().epoch()).isNotEqualTo(old);
        assertThat(newest(room, 10).messages()).isEmpty();
        // The key was used in a log that is gone, so it is no retry.
        assertThat(append(room, draft("a", "k", "y"))).hasSize(1);
        assertThat(seqs(append(room, draft("a", null, "z")))).containsExactly(2L);
    }

    @Test
    void dropsTheOldestBeyondItsBounds() {
        LocalEngine small = new LocalEngine(
                new GatewayConfig.History(3, ByteSize.ofKiB(1), Duration.ofMinutes(1)),
                new GatewayConfig.Dedup(Duration.ofMinutes(1), 10),
                new Engine.Environment(() -> 1, () -> 1, () -> "e"));
        RoomId room = new RoomId("small");
        small.subscribe(room, (r, messages) -> {}, subscription -> {}, EngineHarness::unexpected);

        for (int i = 0; i < 5; i++) {
            small.append(room, List.of(draft("a", null, "x")), outcomes -> {});
        }

        small.history(
                new Command.History(room, Command.History.UNSET, 0, 10),
                page -> assertThat(page.messages()).extracting(Message::seq).containsExactly(3L, 4L, 5L),
                EngineHarness::unexpected);
        small.history(
                new Command.History(room, 4, Command.History.UNSET, 10),
                page -> {
                    assertThat(page.messages()).extracting(Message::seq).containsExactly(3L);
                    assertThat(page.more()).isFalse();
                },
                EngineHarness::unexpected);
        small.close();
    }

    @Test
    void refusesToWorkOnARoomThatIsNotSubscribed() {
        assertThatThrownBy(() -> append(room, draft("a", null, "x")))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("room isn't subscribed");
        assertThatThrownBy(() -> newest(room, 1)).hasRootCauseMessage("room isn't subscribed");
    }

    @Test
    void refusesASecondSubscriptionOfARoom() {
        subscribe(room);

        assertThatThrownBy(() -> subscribe(room)).hasRootCauseMessage("room is subscribed already");
    }
}
