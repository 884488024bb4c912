package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CollectorTest {
    @Test
    void asksForGenerationsWhereTheyAreAnOption() {
        assertThat(Collector.ZGC.flags(17)).containsExactly("-XX:+UseZGC");
        assertThat(Collector.ZGC.flags(21)).containsExactly("-XX:+UseZGC", "-XX:+ZGenerational");
        assertThat(Collector.ZGC.flags(25)).containsExactly("-XX:+UseZGC");
    }

    @Test
    void saysWhetherThereAreGenerations() {
        assertThat(Collector.ZGC.title(17)).isEqualTo("ZGC (not generational)");
        assertThat(Collector.ZGC.title(25)).isEqualTo("ZGC (generational)");
        assertThat(Collector.SHENANDOAH.title(25)).isEqualTo("Shenandoah");
    }
}
