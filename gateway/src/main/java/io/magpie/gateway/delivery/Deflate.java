package io.magpie.gateway.delivery;

import io.magpie.gateway.config.CompressionConfig;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a message for permessage-deflate without context takeover (RFC 7692 section 7.2.1), so that one result
 * serves every member that negotiated it with the same window.
 *
 * <p>The JDK's deflater always looks back up to 32 KiB. For a smaller window it starts anew after as many bytes as that
 * window holds, so that nothing refers to anything outside; a message that fits into the window comes out the same.
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

    /**
     * The compressed payload, or the payload itself if it is below the configured size or wouldn't shrink.
     *
     * @param windowBits how far the receiver can look back, as a power of two
     */
    static byte[] shrink(byte[] payload, int windowBits, CompressionConfig compression) {
        if (payload.length == 0 || payload.length < compression.minSize().bytes()) {
            return payload;
        }
        Deflater deflater = deflater(compression.level());
        deflater.reset();
        // A result that isn't smaller isn't wanted, so the output needs no more room than the input.
        byte[] out = new byte[payload.length + TAIL];
        int length = deflate(deflater, payload, segment(windowBits), out);
        return length < out.length ? Arrays.copyOf(out, length - TAIL) : payload;
    }

    /** How much of a message may be compressed at a stretch; zlib itself keeps to the largest window. */
    private static int segment(int windowBits) {
        return windowBits == FrameFormat.MAX_WINDOW_BITS ? Integer.MAX_VALUE : 1 << windowBits;
    }

    /** Compresses until all is done or the output is full, which means that something is left. Returns the length. */
    private static int deflate(Deflater deflater, byte[] payload, int segment, byte[] out) {
        int length = 0;
        int at = 0;
        while (at < payload.length && length < out.length) {
            int size = Math.min(segment, payload.length - at);
            deflater.setInput(payload, at, size);
            at += size;
            // A full flush forgets all that came before, so that nothing refers to an earlier segment.
            int flush = at < payload.length ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH;
            length += deflater.deflate(out, length, out.length - length, flush);
        }
        return length;
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
