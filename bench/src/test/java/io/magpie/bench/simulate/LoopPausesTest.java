package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LoopPausesTest {
    private long now;
    private final LoopPauses pauses = new LoopPauses(() -> now);

    @Test
    void measuresFromPostingToRunning() {
        assertThat(pauses.due()).isTrue();
        now = 300;
        pauses.ran();
        assertThat(pauses.due()).isTrue();
        now = 400;
        pauses.ran();
        Histogram waits = pauses.take();
        assertThat(waits.getTotalCount()).isEqualTo(2);
        assertThat(waits.getMaxValue()).isEqualTo(300);
    }

    @Test
    void postsNothingWhileATaskWaits() {
        assertThat(pauses.due()).isTrue();
        assertThat(pauses.due()).isFalse();
        pauses.ran();
        assertThat(pauses.due()).isTrue();
    }

    @Test
    void countsATaskThatStillWaits() {
        assertThat(pauses.due()).isTrue();
        now = 700;
        assertThat(pauses.take().getMaxValue()).isEqualTo(700);
    }

    @Test
    void aWaitIsSplitBetweenTwoPhases() {
        assertThat(pauses.due()).isTrue();
        now = 700;
        pauses.take();
        now = 900;
        pauses.ran();
        assertThat(pauses.take().getMaxValue()).isEqualTo(200);
    }

    @Test
    void forgetsATaskThatTheLoopRefused() {
        assertThat(pauses.due()).isTrue();
        pauses.refused();
        assertThat(pauses.take().getTotalCount()).isZero();
        assertThat(pauses.due()).isTrue();
    }
}
