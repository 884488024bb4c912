package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpinningTest {
    private final Spinning spinning = new Spinning();

    @Test
    void neverLetsTheLoopSleep() throws Exception {
        assertThat(spinning.calculateStrategy(() -> 0, false)).isZero();
        assertThat(spinning.calculateStrategy(() -> 3, false)).isEqualTo(3);
        assertThat(spinning.calculateStrategy(() -> 0, true)).isZero();
    }

    @Test
    void lookingInVainIsNoWork() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            spinning.calculateStrategy(() -> 0, false);
        }
        assertThat(spinning.busyNanos()).isZero();
    }

    @Test
    void countsTheTimeFromFindingWorkToTheNextLook() throws Exception {
        spinning.calculateStrategy(() -> 1, false);
        spinning.calculateStrategy(() -> 0, false);
        long sockets = spinning.busyNanos();
        assertThat(sockets).isPositive();
        spinning.calculateStrategy(() -> 0, false);
        assertThat(spinning.busyNanos()).isEqualTo(sockets);
        spinning.calculateStrategy(() -> 0, true);
        spinning.calculateStrategy(() -> 0, false);
        assertThat(spinning.busyNanos()).isGreaterThan(sockets);
    }
}
