package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeqRunTest {
    private final SeqRun run = new SeqRun(10);

    @Test
    void goesOnAfterTheHead() {
        assertThat(run.next()).isEqualTo(11);
        assertThat(run.add(11)).isTrue();
        assertThat(run.add(12)).isTrue();
        assertThat(run.next()).isEqualTo(13);
        assertThat(run.hasHole()).isFalse();
    }

    @Test
    void takesSeqsOutOfOrder() {
        assertThat(run.add(13)).isTrue();
        assertThat(run.hasHole()).isTrue();
        assertThat(run.add(11)).isTrue();
        assertThat(run.next()).isEqualTo(12);
        assertThat(run.add(12)).isTrue();
        assertThat(run.next()).isEqualTo(14);
        assertThat(run.hasHole()).isFalse();
    }

    @Test
    void refusesASeqThatWasThereBefore() {
        assertThat(run.add(10)).isFalse();
        assertThat(run.add(12)).isTrue();
        assertThat(run.add(12)).isFalse();
        assertThat(run.add(11)).isTrue();
        assertThat(run.add(12)).isFalse();
    }
}
