package io.magpie.gateway.config;

/**
 * permessage-deflate (RFC 7692).
 *
 * @param enabled whether an offer is accepted; an inflater costs some 40 KiB for each connection that has one
 * @param level 1, fast, to 9, small
 * @param minSize smaller payloads go out as they are
 * @param maxInflated the most that one message may inflate to; beyond it 1009
 * @param maxRatio what one byte of a message may inflate to, on average, where the message is larger than one of {@code
 *     limits.message} can be; beyond it 1009; 0: anything
 * @param inflatedPerSecond on one connection, and twice as much at once; who has had that much is closed with 1008 at its
 *     next compressed message; 0: any amount
 */
public record CompressionConfig(
        boolean enabled, int level, ByteSize minSize, ByteSize maxInflated, int maxRatio, ByteSize inflatedPerSecond) {
    static final CompressionConfig DEFAULTS =
            new CompressionConfig(false, 6, new ByteSize(256), ByteSize.ofKiB(64), 100, ByteSize.ofKiB(1_024));

    /** The most that deflate can do: 258 bytes of two bits (RFC 1951 section 3.2.5). */
    private static final int MOST_RATIO = 258 * 8 / 2;

    public CompressionConfig {
        new Constraints()
                .range("level", level, 1, 9)
                .range("min-size", minSize, new ByteSize(0), ByteSize.ofKiB(1_024))
                .range("max-inflated", maxInflated, new ByteSize(128), ByteSize.ofKiB(64 * 1_024))
                .range("max-ratio", maxRatio, 0, MOST_RATIO)
                .range("inflated-per-second", inflatedPerSecond, new ByteSize(0), ByteSize.ofKiB(1_024 * 1_024))
                .verify();
    }

    /** Whether so many bytes may be inflated in every second. */
    boolean allows(long perSecond) {
        return !enabled || inflatedPerSecond.bytes() == 0 || perSecond <= inflatedPerSecond.bytes();
    }
}
