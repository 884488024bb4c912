package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.OverloadConfig;
import io.magpie.gateway.transport.Overload.Memory;
import io.magpie.gateway.transport.Overload.Signal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the process as a whole has too much to do. */
class OverloadTest {
    private static final long LATE = Duration.ofMillis(1_500).toNanos();
    private static final Memory FINE = new Memory(10, 100, 10, 100);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Overload overload = overload(new ByteSize(1_000), 90, 90);

    @Test
    void whatWaitsBeyondTheBudgetIsASignalAndGoesUntilThereIsRoomAgain() {
        assertThat(overload.queued(1_000)).isZero();
        assertThat(overload.signal()).isEmpty();

        assertThat(overload.queued(1)).as("down to three fifths").isEqualTo(401);
        assertThat(overload.signal()).contains(Signal.OUTBOUND);
        assertThat(shown("outbound")).isEqualTo(1);

        assertThat(overload.queued(-401)).isZero();
        assertThat(overload.signal()).isEmpty();
        assertThat(shown("outbound")).isZero();
    }

    @Test
    void withoutABudgetItIsAQuarterOfTheMemoryForBuffers() {
        Overload usual = new Overload(
                new OverloadConfig(new ByteSize(0), 90, 90, Duration.ofSeconds(1)), 4_000, new SimpleMeterRegistry());
        assertThat(usual.queued(1_000)).isZero();
    }

    @Test
    void aLoopThatIsLateAgainAndAgainIsASignalAndOneLongPauseIsNone() {
        int late = overload.late(Duration.ofSeconds(20).toNanos(), 0);
        assertThat(overload.signal()).isEmpty();
        late = overload.late(0, late);
        assertThat(overload.signal()).isEmpty();

        late = overload.late(LATE, late);
        late = overload.late(LATE, late);
        late = overload.late(LATE, late);
        assertThat(overload.signal()).contains(Signal.LOOP_LAG);

        overload.late(0, late);
        assertThat(overload.signal()).isEmpty();
    }

    @Test
    void oneLoopThatIsFineDoesntHideAnotherThatIsLate() {
        int one = overload.late(LATE, overload.late(LATE, 0));
        int other = overload.late(LATE, overload.late(LATE, 0));
        assertThat(overload.late(0, other)).isZero();
        assertThat(overload.signal()).contains(Signal.LOOP_LAG);

        assertThat(overload.late(0, one)).isZero();
        assertThat(overload.signal()).isEmpty();
    }

    @Test
    void memoryForBuffersIsASignalAtOnce() {
        overload.sample(new Memory(91, 100, 10, 100));
        assertThat(overload.signal()).contains(Signal.DIRECT_MEMORY);
        overload.sample(new Memory(89, 100, 10, 100));
        assertThat(overload.signal()).isEmpty();
        overload.sample(new Memory(-1, 100, 10, 100));
        assertThat(overload.signal()).isEmpty();
    }

    @Test
    void aHeapIsFullOnlyIfNoCollectionHelps() {
        Memory full = new Memory(10, 100, 95, 100);
        for (int i = 0; i < 4; i++) {
            overload.sample(full);
        }
        assertThat(overload.signal()).isEmpty();
        overload.sample(FINE);
        for (int i = 0; i < 4; i++) {
            overload.sample(full);
        }
        assertThat(overload.signal()).isEmpty();

        overload.sample(full);
        assertThat(overload.signal()).contains(Signal.HEAP);
        overload.sample(FINE);
        assertThat(overload.signal()).isEmpty();
    }

    @Test
    void signalsCanBeTurnedOff() {
        Overload off = new Overload(
                new OverloadConfig(new ByteSize(1_000), 0, 0, Duration.ZERO), 4_000, new SimpleMeterRegistry());
        for (int i = 0; i < 10; i++) {
            off.sample(new Memory(100, 100, 100, 100));
            assertThat(off.late(LATE, 1)).isZero();
        }
        assertThat(off.signal()).isEmpty();
    }

    @Test
    void aRequestToUpgradeIsRefusedMeanwhileAndConnectionsGoOn() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.overload.sample(new Memory(100, 100, 0, 100));

            HttpReply reply = pipeline.ask(RawRequest.upgrade("/ws"));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text()).contains("overloaded");
            assertThat(Integer.parseInt(reply.header("retry-after"))).isBetween(2, 10);
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.metric("magpie.upgrades", "outcome", "overloaded"))
                    .isEqualTo(1);
        }
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.overload.sample(new Memory(100, 100, 0, 100));

            pipeline.receive(ClientFrame.text("hello"));

            assertThat(pipeline.session().events).contains("text hello");
        }
    }

    private Overload overload(ByteSize outbound, int directMemory, int heap) {
        return new Overload(new OverloadConfig(outbound, directMemory, heap, Duration.ofSeconds(1)), 4_000, registry);
    }

    private double shown(String signal) {
        return registry.get("magpie.overloaded").tag("reason", signal).gauge().value();
    }
}
