package io.magpie.gateway.config;

import java.time.Duration;

/**
 * When the process as a whole has too much to do. Newcomers are refused then, and those who read slowest let go.
 *
 * @param outbound bytes that may wait for slow readers in all; above it newcomers are refused, and a second later the
 *     slowest let go. 0: a quarter of the memory for buffers
 * @param directMemory percent of the memory for buffers, above which newcomers are refused; 0: never
 * @param heap percent of the heap that is in use for five seconds without a break, above which newcomers are refused; 0: never
 * @param loopLag how late the once-a-second task of an event loop may be, twice in a row, before newcomers are refused; 0:
 *     any time
 */
public record OverloadConfig(ByteSize outbound, int directMemory, int heap, Duration loopLag) {
    static final OverloadConfig DEFAULTS = new OverloadConfig(new ByteSize(0), 90, 90, Duration.ofSeconds(1));

    public OverloadConfig {
        new Constraints()
                .range("outbound", outbound, new ByteSize(0), ByteSize.ofKiB(1L << 30))
                .range("direct-memory", directMemory, 0, 100)
                .range("heap", heap, 0, 100)
                .range("loop-lag", loopLag, Duration.ZERO, Duration.ofMinutes(1))
                .verify();
    }
}
