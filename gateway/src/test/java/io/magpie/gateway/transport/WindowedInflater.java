package io.magpie.gateway.transport;

import java.util.Arrays;

/**
 * Inflates a message of permessage-deflate (RFC 1951) by itself and measures how far it looks back, which the JDK's
 * inflater can't: its window is always the largest. Slow, and throws where the data is broken or ends too early.
 */
public final class WindowedInflater {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int MAX_BITS = 15;
    private static final int END = 256;
    private static final int[] LENGTHS = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private final byte[] in;
    private int bit;
    private boolean whole;
    private byte[] out = new byte[1_024];
    private int length;
    private int furthest;

    /** A prefix code: how many codes there are of each length, and the symbols in the order of their codes. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Code(int[] counts, int[] symbols) {
        static Code of(int[] lengths) {
            int[] counts = new int[MAX_BITS + 1];
            int[] symbols = new int[lengths.length];
            int at = 0;
            for (int bits = 1; bits <= MAX_BITS; bits++) {
                for (int symbol = 0; symbol < lengths.length; symbol++) {
                    if (lengths[symbol] == bits) {
                        symbols[at++] = symbol;
                        counts[bits]++;
                    }
                }
            }
            return new Code(counts, symbols);
        }
    }

    private WindowedInflater(byte[] in) {
        this.in = in;
    }

    /** Inflates a message, without the four bytes that its sender left out. */
    public static WindowedInflater of(byte[] payload) {
        WindowedInflater inflater = new WindowedInflater(ClientFrame.join(payload, TAIL));
        inflater.blocks();
        return inflater;
    }

    /** What the message says. */
    public byte[] message() {
        return Arrays.copyOf(out, length);
    }

    /** The largest distance that the message refers back to; 0 if it refers to nothing. */
    public int furthest() {
        return furthest;
    }

    private void blocks() {
        while (bit < in.length * 8) {
            boolean last = bits(1) == 1;
            whole = false;
            switch (bits(2)) {
                case 0 -> stored();
                case 1 -> compressed(fixedLengths(), fixedDistances());
                case 2 -> dynamic();
                default -> throw new IllegalStateException("no such kind of block");
            }
            if (last) {
                toByte();
            }
        }
        if (!whole) {
            throw new IllegalStateException("what the sender left out isn't an empty block");
        }
    }

    private void toByte() {
        bit = (bit + 7) / 8 * 8;
    }

    private void stored() {
        toByte();
        int size = bits(16);
        whole = size == 0;
        if ((size ^ 0xFFFF) != bits(16)) {
            throw new IllegalStateException("the length of a stored block is broken");
        }
        for (int i = 0; i < size; i++) {
            write(bits(8));
        }
    }

    private void dynamic() {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int count = bits(4) + 4;
        int[] lengths = new int[ORDER.length];
        for (int i = 0; i < count; i++) {
            lengths[ORDER[i]] = bits(3);
        }
        int[] all = codeLengths(Code.of(lengths), literals + distances);
        compressed(Code.of(Arrays.copyOf(all, literals)), Code.of(Arrays.copyOfRange(all, literals, all.length)));
    }

    private int[] codeLengths(Code code, int count) {
        int[] all = new int[count];
        int at = 0;
        while (at < count) {
            int symbol = symbol(code);
            int value = symbol < 16 ? symbol : symbol == 16 ? all[at - 1] : 0;
            int repeat = symbol < 16 ? 1 : symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            Arrays.fill(all, at, at + repeat, value);
            at += repeat;
        }
        return all;
    }

    private void compressed(Code literals, Code distances) {
        for (int symbol = symbol(literals); symbol != END; symbol = symbol(literals)) {
            if (symbol < END) {
                write(symbol);
            } else {
                int size = size(symbol - END - 1);
                copy(distance(symbol(distances)), size);
            }
        }
    }

    private int size(int symbol) {
        int extra = symbol < 8 || symbol == 28 ? 0 : symbol / 4 - 1;
        return LENGTHS[symbol] + bits(extra);
    }

    private int distance(int symbol) {
        int extra = Math.max(0, symbol / 2 - 1);
        return symbol < 4 ? symbol + 1 : ((2 + symbol % 2) << extra) + 1 + bits(extra);
    }

    private void copy(int distance, int size) {
        if (distance > length) {
            throw new IllegalStateException("refers to what came before the message");
        }
        furthest = Math.max(furthest, distance);
        for (int i = 0; i < size; i++) {
            write(out[length - distance]);
        }
    }

    private void write(int value) {
        if (length == out.length) {
            out = Arrays.copyOf(out, length * 2);
        }
        out[length++] = (byte) value;
    }

    private int symbol(Code code) {
        int value = 0;
        int first = 0;
        int index = 0;
        for (int bits = 1; bits <= MAX_BITS; bits++) {
            value = (value << 1) | bits(1);
            int count = code.counts()[bits];
            if (value - first < count) {
                return code.symbols()[index + value - first];
            }
            index += count;
            first = (first + count) << 1;
        }
        throw new IllegalStateException("no such code");
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= ((in[bit / 8] >> (bit % 8)) & 1) << i;
            bit++;
        }
        return value;
    }

    private static Code fixedLengths() {
        int[] lengths = new int[288];
        Arrays.fill(lengths, 0, 144, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        Arrays.fill(lengths, 280, 288, 8);
        return Code.of(lengths);
    }

    private static Code fixedDistances() {
        int[] lengths = new int[30];
        Arrays.fill(lengths, 5);
        return Code.of(lengths);
    }
}
