package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final List<String> SCRAPE = List.of(
            "# TYPE magpie_connections gauge",
            "magpie_connections{encoding=\"json\",state=\"active\"} 40.0",
            "magpie_connections{encoding=\"cbor\",state=\"active\"} 2.0",
            "magpie_members 41.0",
            "jvm_buffer_memory_used_bytes{id=\"direct\"} 1024.0",
            "jvm_buffer_memory_used_bytes{id=\"mapped\"} 7.0",
            "netty_allocator_memory_used{allocatorType=\"AdaptiveByteBufAllocator\",memoryType=\"direct\"} 1.048576E6",
            "netty_allocator_memory_used{allocatorType=\"AdaptiveByteBufAllocator\",memoryType=\"heap\"} 99.0");

    @Test
    void addsUpConnectionsOfAllEncodings() {
        assertThat(Metrics.connections(SCRAPE)).isEqualTo(42);
        assertThat(Metrics.members(SCRAPE)).isEqualTo(41);
    }

    @Test
    void countsDirectMemoryOfNettyAndTheJdk() {
        assertThat(Metrics.directBytes(SCRAPE)).isEqualTo(1_048_576 + 1_024);
    }
}
