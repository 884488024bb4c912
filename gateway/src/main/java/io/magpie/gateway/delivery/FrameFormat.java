package io.magpie.gateway.delivery;

import io.magpie.protocol.Encoding;
import java.util.Arrays;

/**
 * The bytes a member takes: an encoding, plain or compressed for one size of the member's window. A batch is encoded
 * once for each format in use. Sets of formats are ints, with a {@link #bit} for each, since every broadcast walks one.
 */
public enum FrameFormat {
    JSON(Encoding.JSON),
    JSON_DEFLATE_8(Encoding.JSON, 8),
    JSON_DEFLATE_9(Encoding.JSON, 9),
    JSON_DEFLATE_10(Encoding.JSON, 10),
    JSON_DEFLATE_11(Encoding.JSON, 11),
    JSON_DEFLATE_12(Encoding.JSON, 12),
    JSON_DEFLATE_13(Encoding.JSON, 13),
    JSON_DEFLATE_14(Encoding.JSON, 14),
    JSON_DEFLATE(Encoding.JSON, FrameFormat.MAX_WINDOW_BITS),
    CBOR(Encoding.CBOR),
    CBOR_DEFLATE_8(Encoding.CBOR, 8),
    CBOR_DEFLATE_9(Encoding.CBOR, 9),
    CBOR_DEFLATE_10(Encoding.CBOR, 10),
    CBOR_DEFLATE_11(Encoding.CBOR, 11),
    CBOR_DEFLATE_12(Encoding.CBOR, 12),
    CBOR_DEFLATE_13(Encoding.CBOR, 13),
    CBOR_DEFLATE_14(Encoding.CBOR, 14),
    CBOR_DEFLATE(Encoding.CBOR, FrameFormat.MAX_WINDOW_BITS),
    PLAIN(Encoding.PLAIN),
    PLAIN_DEFLATE_8(Encoding.PLAIN, 8),
    PLAIN_DEFLATE_9(Encoding.PLAIN, 9),
    PLAIN_DEFLATE_10(Encoding.PLAIN, 10),
    PLAIN_DEFLATE_11(Encoding.PLAIN, 11),
    PLAIN_DEFLATE_12(Encoding.PLAIN, 12),
    PLAIN_DEFLATE_13(Encoding.PLAIN, 13),
    PLAIN_DEFLATE_14(Encoding.PLAIN, 14),
    PLAIN_DEFLATE(Encoding.PLAIN, FrameFormat.MAX_WINDOW_BITS);

    /** The smallest window that a client may ask for, as a power of two: 256 bytes. */
    public static final int MIN_WINDOW_BITS = 8;

    /** The largest window there is, 32 KiB: what a client has that asks for none. */
    public static final int MAX_WINDOW_BITS = 15;

    /** How many formats there are; no more than an int has bits. */
    static final int COUNT = values().length;

    private static final FrameFormat[] FORMATS = values();

    private final Encoding encoding;
    private final int windowBits;

    FrameFormat(Encoding encoding) {
        this(encoding, 0);
    }

    FrameFormat(Encoding encoding, int windowBits) {
        this.encoding = encoding;
        this.windowBits = windowBits;
    }

    /** The uncompressed format of an encoding. */
    public static FrameFormat of(Encoding encoding) {
        return find(encoding, 0);
    }

    /**
     * The compressed format of an encoding.
     *
     * @param windowBits how far the member can look back, as a power of two
     */
    public static FrameFormat deflated(Encoding encoding, int windowBits) {
        if (windowBits < MIN_WINDOW_BITS) {
            throw new IllegalArgumentException("no window has " + windowBits + " bits");
        }
        return find(encoding, windowBits);
    }

    private static FrameFormat find(Encoding encoding, int windowBits) {
        return Arrays.stream(FORMATS)
                .filter(format -> format.encoding == encoding && format.windowBits == windowBits)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no window has " + windowBits + " bits"));
    }

    /** The first of a set that isn't empty. */
    static FrameFormat firstOf(int formats) {
        return FORMATS[Integer.numberOfTrailingZeros(formats)];
    }

    /** The format's place in arrays that hold one thing for each: 0 to {@link #COUNT} − 1. */
    @SuppressWarnings("EnumOrdinal") // dense by nature, and never stored
    int index() {
        return ordinal();
    }

    /** The set of this format alone. */
    int bit() {
        return 1 << index();
    }

    public Encoding encoding() {
        return encoding;
    }

    /** Whether the member negotiated permessage-deflate, so that frames may be compressed. */
    public boolean deflate() {
        return windowBits != 0;
    }

    /** How far a compressed frame may look back, as a power of two; 0 where frames aren't compressed. */
    public int windowBits() {
        return windowBits;
    }
}
