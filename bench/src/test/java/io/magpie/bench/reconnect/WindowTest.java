package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
    private static final long BEGIN = 7_000_000_000L;

    private final Window window = new Window(BEGIN);

    @Test
    void timesCountFromItsBeginAndAbsencesFromTheLoss() {
        window.attempted(at(300));
        window.attempted(at(100));
        window.returned(at(90), at(350), true);
        window.returned(at(80), at(110), false);
        Moves moves = window.moves();
        assertThat(moves.attempts()).containsExactly(100L, 300L);
        assertThat(moves.returns()).containsExactly(110L, 350L);
        assertThat(moves.absence().longest()).isEqualTo(260);
        assertThat(moves.peaks()).isEqualTo(new Moves.Peaks(2, 1));
        assertThat(moves.recovered()).isEqualTo(1);
        assertThat(moves.unrecovered()).isEqualTo(1);
    }

    @Test
    void aCloseBeforeItsSlotIsEarlyButForWhatReadingTakes() {
        window.told(Samples.nanos(-150));
        window.told(Samples.nanos(60));
        assertThat(window.moves().slots()).isEqualTo(new Moves.Slots(0, 0, 150, 60));
        window.told(Samples.nanos(-900));
        window.untold();
        assertThat(window.moves().slots()).isEqualTo(new Moves.Slots(1, 1, 900, 60));
    }

    @Test
    void latencyCountsFromWhenAMessageShouldHaveBeenSent() {
        window.sent(at(0), at(40));
        window.accepted(at(0), at(100));
        window.sent(at(10), at(10));
        window.unknown(1);
        window.sent(at(20), at(20));
        window.failed("busy");
        Sends sends = window.sends();
        assertThat(sends.sent()).isEqualTo(3);
        assertThat(sends.accepted()).isEqualTo(1);
        assertThat(sends.unknown()).isEqualTo(1);
        assertThat(sends.refused()).containsOnlyKeys("busy");
        assertThat(sends.p99()).isBetween(100.0, 100.2);
        assertThat(sends.lagP99()).isBetween(40.0, 40.1);
    }

    @Test
    void reasonsAreCountedAndNotWithoutEnd() {
        window.refused("Connection refused");
        window.refused("Connection refused");
        for (int i = 0; i < 100; i++) {
            window.closed("1006 reason " + i);
        }
        Moves moves = window.moves();
        assertThat(moves.refused()).isEqualTo(2);
        assertThat(moves.closes()).hasSize(21).containsEntry("others", 80);
    }

    private static long at(long millis) {
        return BEGIN + Samples.nanos(millis);
    }
}
