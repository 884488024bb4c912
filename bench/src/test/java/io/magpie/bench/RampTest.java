package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RampTest {
    private static final long MILLI = 1_000_000;

    private final List<Integer> opened = new ArrayList<>();
    private long now;

    @Test
    void opensTheFirstAtOnceAndTheOthersAtTheRate() {
        Ramp ramp = ramp(10, 100);
        ramp.runDue();
        assertThat(opened).containsExactly(0);
        now = 25 * MILLI;
        ramp.runDue();
        assertThat(opened).containsExactly(0, 1, 2);
    }

    @Test
    void keepsTheNumberOfHandshakesBounded() {
        Ramp ramp = ramp(10, 2);
        now = 1000 * MILLI;
        ramp.runDue();
        assertThat(opened).hasSize(2);
        ramp.settled(true);
        ramp.runDue();
        assertThat(opened).hasSize(3);
        ramp.settled(false);
        ramp.settled(true);
        ramp.runDue();
        assertThat(opened).hasSize(5);
    }

    @Test
    void isDoneWhenEveryConnectionIsSettled() {
        Ramp ramp = ramp(2, 100);
        now = 1000 * MILLI;
        ramp.runDue();
        assertThat(ramp.done()).isFalse();
        ramp.settled(true);
        ramp.settled(false);
        assertThat(ramp.done()).isTrue();
        ramp.runDue();
        assertThat(opened).hasSize(2);
    }

    @Test
    void givesUpOnAServerThatRefusesEverybody() {
        Ramp ramp = ramp(1000, 1);
        now = 10_000 * MILLI;
        for (int i = 0; i < Ramp.HOPELESS; i++) {
            ramp.runDue();
            ramp.settled(false);
        }
        assertThat(ramp.done()).isTrue();
        ramp.runDue();
        assertThat(opened).hasSize(Ramp.HOPELESS);
    }

    @Test
    void goesOnAfterFailuresIfAnyConnectionSucceeded() {
        Ramp ramp = ramp(1000, 1);
        now = 10_000 * MILLI;
        ramp.runDue();
        ramp.settled(true);
        for (int i = 0; i < 2 * Ramp.HOPELESS; i++) {
            ramp.runDue();
            ramp.settled(false);
        }
        assertThat(ramp.done()).isFalse();
    }

    private Ramp ramp(int clients, int inFlight) {
        return new Ramp(clients, 100, inFlight, () -> now, opened::add);
    }
}
