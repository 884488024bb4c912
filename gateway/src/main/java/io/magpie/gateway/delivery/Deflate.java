package io.magpie.gateway.delivery;

import io.magpie.gateway.config.GatewayConfig;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a message for permessage-deflate without context takeover (RFC 7692 section 7.2.1), so that one result
 * serves every member that negotiated it.
 */
final class Deflate {
    /** The empty block of a sync flush, which the sender leaves out. */
    private static final int TAIL = 4;

    /**
     * One for each thread and level: making one costs more than compressing a small batch does. (The level isn't set at
     * each use, since the first call after that doesn't flush.)
     */
    private static final FastThreadLocal<@Nullable Deflater[]> DEFLATERS = new FastThreadLocal<>() {
        @Override
        protected @Nullable Deflater[] initialValue() {
            return new @Nullable Deflater[Deflater.BEST_COMPRESSION + 1];
        }

        @Override
        protected void onRemoval(@Nullable Deflater[] deflaters) {
            for (Deflater deflater : deflaters) {
                if (deflater != null) {
                    deflater.end();
                }
            }
        }
    };

    private Deflate() {}

    /** The compressed payload, or the payload itself if it is below the configured size or wouldn't shrink. */
    static byte[] shrink(byte[] payload, GatewayConfig.Compression compression) {
        if (payload.length == 0 || payload.length < compression.minSize().bytes()) {
            return payload;
        }
        Deflater deflater = deflater(compression.level());
        deflater.reset();
        deflater.setInput(payload);
        // A result that isn't smaller isn't wanted, so the output needs no more room than the input.
        byte[] out = new byte[payload.length + TAIL];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        boolean whole = deflater.needsInput() && length < out.length;
        return whole && length - TAIL < payload.length ? Arrays.copyOf(out, length - TAIL) : payload;
    }

    private static Deflater deflater(int level) {
        @Nullable Deflater[] deflaters = DEFLATERS.get();
        Deflater deflater = deflaters[level];
        if (deflater == null) {
            deflater = new Deflater(level, true);
            deflaters[level] = deflater;
        }
        return deflater;
    }
}
