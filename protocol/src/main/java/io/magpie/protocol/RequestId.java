package io.magpie.protocol;

import java.nio.charset.StandardCharsets;

/** The {@code id} of a client envelope, echoed in its reply: an integer or a string of at most 64 bytes. */
public sealed interface RequestId {
    /** An integer id; |value| ≤ 2^53 − 1, so that JavaScript reads back what it wrote. */
    @SuppressWarnings("JavaLangClash") // always written RequestId.Number
    record Number(long value) implements RequestId {
        static final long MAX_SAFE = (1L << 53) - 1;

        public Number {
            if (value > MAX_SAFE || value < -MAX_SAFE) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, "id is beyond ±(2^53 - 1)");
            }
        }
    }

    /** A string id. */
    record Text(String value) implements RequestId {
        static final int MAX_BYTES = 64;

        public Text {
            if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, "id is longer than 64 bytes");
            }
        }
    }
}
