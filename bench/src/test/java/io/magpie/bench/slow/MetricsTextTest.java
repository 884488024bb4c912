package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTextTest {
    private final MetricsText page = new MetricsText("""
            # HELP jvm_memory_used_bytes The amount of used memory
            # TYPE jvm_memory_used_bytes gauge
            jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 4194304.0
            jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 1.5E6
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 99.0
            magpie_members 12.0
            magpie_members_behind 3.0
            """);

    @Test
    void sumsTheSeriesOfANameThatHaveALabel() {
        assertThat(page.sum("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(5_694_304);
        assertThat(page.sum("magpie_members", "")).isEqualTo(12);
        assertThat(page.sum("magpie_members_behind", "")).isEqualTo(3);
        assertThat(page.sum("magpie_nothing", "")).isZero();
    }
}
