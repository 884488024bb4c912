package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final Offset<Double> ABOUT = within(0.1);

    private final Windows windows = new Windows(SlowPlans.timeline(100, 1, 3, 1, 1));

    @Test
    void latenciesCountForTheSecondInWhichTheMessageShouldHaveBeenSent() {
        windows.record(0, 5 * MILLI);
        windows.record(SECOND, 7 * MILLI);
        windows.record(5 * SECOND + SECOND / 2, 9 * MILLI);
        assertThat(windows.p99Millis()).hasSize(6);
        assertThat(windows.p99Millis().get(0)).isCloseTo(5, ABOUT);
        assertThat(windows.p99Millis().get(1)).isCloseTo(7, ABOUT);
        assertThat(windows.p99Millis().get(2)).isZero();
        assertThat(windows.p99Millis().get(5)).isCloseTo(9, ABOUT);
        assertThat(windows.of(Phase.AFTER).getTotalCount()).isEqualTo(1);
    }

    @Test
    void oneBadSecondMovesThePhasesP99ButNotTheMedian() {
        for (int second = 1; second <= 3; second++) {
            windows.record(second * SECOND, second == 2 ? 500 * MILLI : second * MILLI);
        }
        assertThat(Windows.p99Millis(windows.of(Phase.BEFORE))).isCloseTo(500, within(1.0));
        assertThat(windows.medianP99Millis(Phase.BEFORE)).isCloseTo(3, ABOUT);
    }

    @Test
    void neitherANegativeNorAnEndlessLatencyIsRefused() {
        windows.record(0, -5);
        windows.record(99 * SECOND, 3_600 * SECOND);
        assertThat(windows.p99Millis().get(5)).isCloseTo(60_000, within(100.0));
    }
}
