package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long SECOND = 1_000_000_000L;

    private final Timeline timeline = SlowPlans.timeline(200, 2, 3, 0, 4);

    @Test
    void phasesFollowEachOther() {
        assertThat(timeline.seconds()).isEqualTo(9);
        assertThat(timeline.total()).isEqualTo(1_800);
        assertThat(timeline.start(Phase.BEFORE)).isEqualTo(2 * SECOND);
        assertThat(timeline.end(Phase.BEFORE)).isEqualTo(5 * SECOND);
        assertThat(timeline.end(Phase.AFTER)).isEqualTo(9 * SECOND);
    }

    @Test
    void momentsBelongToPhasesAndThoseLeftOutAreNeverMet() {
        assertThat(timeline.at(0)).isEqualTo(Phase.WARMUP);
        assertThat(timeline.at(2 * SECOND)).isEqualTo(Phase.BEFORE);
        assertThat(timeline.at(5 * SECOND - 1)).isEqualTo(Phase.BEFORE);
        assertThat(timeline.at(5 * SECOND)).isEqualTo(Phase.AFTER);
        assertThat(timeline.at(99 * SECOND)).isEqualTo(Phase.AFTER);
    }

    @Test
    void messagesAreEvenlySpaced() {
        assertThat(timeline.intended(0)).isZero();
        assertThat(timeline.intended(200)).isEqualTo(SECOND);
        assertThat(timeline.intended(1)).isCloseTo(SECOND / 200, within(1L));
    }
}
