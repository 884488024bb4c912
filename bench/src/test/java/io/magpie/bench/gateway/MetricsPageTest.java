package io.magpie.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private final MetricsPage page = new MetricsPage("""
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

    @Test
    void addsUpConnectionsOfAllEncodings() {
        MetricsPage scrape = new MetricsPage("""
                # TYPE magpie_connections gauge
                magpie_connections{encoding="json",state="active"} 40.0
                magpie_connections{encoding="cbor",state="active"} 2.0
                magpie_members 41.0
                magpie_members_behind 5.0
                """);

        assertThat(scrape.connections()).isEqualTo(42);
        assertThat(scrape.members()).isEqualTo(41);
    }

    @Test
    void countsDirectMemoryOnceWhoeverCountsIt() {
        String netty =
                "netty_allocator_memory_used{allocator_type=\"AdaptiveByteBufAllocator\",memory_type=\"direct\"} ";
        String jvm = "jvm_buffer_memory_used_bytes{id=\"direct\"} ";
        String others = "jvm_buffer_memory_used_bytes{id=\"mapped\"} 7E9\n";

        assertThat(new MetricsPage(others + jvm + "4.0E6\n" + netty + "3.0E6\n").directBytes())
                .isEqualTo(4_000_000);
        assertThat(new MetricsPage(others + jvm + "8192.0\n" + netty + "3.0E6\n").directBytes())
                .isEqualTo(3_000_000);
    }
}
