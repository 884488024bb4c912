package io.magpie.gateway.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An input for what reads from a socket: a byte of switches, two that say in what pieces the rest arrives, and the rest.
 *
 * @param odd bytes of the first, third and every other odd piece
 * @param even bytes of the others; if both are 0, all arrives at once
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one call
public record FuzzInput(int switches, int odd, int even, byte[] rest) {
    private static final int HEAD = 3;

    /** Any bytes are an input; what is missing at the beginning counts as 0. */
    public static FuzzInput of(byte[] bytes) {
        byte[] head = Arrays.copyOf(bytes, HEAD);
        byte[] rest = bytes.length > HEAD ? Arrays.copyOfRange(bytes, HEAD, bytes.length) : new byte[0];
        return new FuzzInput(
                Byte.toUnsignedInt(head[0]), Byte.toUnsignedInt(head[1]), Byte.toUnsignedInt(head[2]), rest);
    }

    /** Whether a switch is on; the lowest bit is 0. */
    public boolean on(int bit) {
        return (switches >> bit & 1) == 1;
    }

    /** Bytes in the pieces in which they arrive. */
    public List<byte[]> pieces(byte[] all) {
        if (odd == 0 && even == 0) {
            return List.of(all);
        }
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < all.length) {
            int size = Math.max(1, pieces.size() % 2 == 0 ? odd : even);
            int to = Math.min(all.length, from + size);
            pieces.add(Arrays.copyOfRange(all, from, to));
            from = to;
        }
        return pieces;
    }
}
