package io.magpie.gateway.delivery;

import io.magpie.protocol.Encoding;

/** The bytes a member takes: an encoding, compressed or not. A batch is encoded once for each format in use. */
public enum FrameFormat {
    JSON(Encoding.JSON, false),
    JSON_DEFLATE(Encoding.JSON, true),
    CBOR(Encoding.CBOR, false),
    CBOR_DEFLATE(Encoding.CBOR, true),
    PLAIN(Encoding.PLAIN, false),
    PLAIN_DEFLATE(Encoding.PLAIN, true);

    /** How many formats there are. */
    static final int COUNT = values().length;

    private final Encoding encoding;
    private final boolean deflate;

    FrameFormat(Encoding encoding, boolean deflate) {
        this.encoding = encoding;
        this.deflate = deflate;
    }

    /** The format of an encoding. */
    public static FrameFormat of(Encoding encoding, boolean deflate) {
        return switch (encoding) {
            case JSON -> deflate ? JSON_DEFLATE : JSON;
            case CBOR -> deflate ? CBOR_DEFLATE : CBOR;
            case PLAIN -> deflate ? PLAIN_DEFLATE : PLAIN;
        };
    }

    /** The format's place in arrays that hold one thing for each: 0 to {@link #COUNT} − 1. */
    @SuppressWarnings("EnumOrdinal") // dense by nature, and never stored
    int index() {
        return ordinal();
    }

    public Encoding encoding() {
        return encoding;
    }

    /** Whether the member negotiated permessage-deflate, so that frames may be compressed. */
    public boolean deflate() {
        return deflate;
    }
}
