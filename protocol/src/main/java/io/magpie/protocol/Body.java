package io.magpie.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a message carries, in the form in which it arrived. The bytes are never changed; a member of another encoding
 * gets a conversion that is made once per message.
 *
 * <p>The arrays are shared, not copied, and must not be written to. Two bodies are equal if they are of the same form
 * and have the same bytes.
 */
public sealed interface Body {
    /** The bytes, in the form that the type says. */
    byte[] bytes();

    /** {@code data} of a JSON envelope: one complete JSON value in UTF-8, checked when it was read. */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose; compared by content below
    record Json(byte[] bytes) implements Body {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Json that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Json[" + bytes.length + " bytes]";
        }
    }

    /** {@code data} of a CBOR envelope: one complete, well-formed CBOR item, checked when it was read. */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose; compared by content below
    record Cbor(byte[] bytes) implements Body {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Cbor that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Cbor[" + bytes.length + " bytes]";
        }
    }

    /** A text frame of a plain connection: any valid UTF-8. */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose; compared by content below
    record Text(byte[] bytes) implements Body {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Text[" + bytes.length + " bytes]";
        }
    }

    /** A binary frame of a plain connection, or {@code binary} of an envelope. */
    @SuppressWarnings("ArrayRecordComponent") // shared on purpose; compared by content below
    record Binary(byte[] bytes) implements Body {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Binary[" + bytes.length + " bytes]";
        }
    }

    /** In place of what was taken back: the message keeps its place, and nothing of what it said. */
    Body RECALLED = new Recalled();

    /** Nothing; see {@link #RECALLED}. */
    record Recalled() implements Body {
        private static final byte[] NOTHING = {};

        @Override
        public byte[] bytes() {
            return NOTHING;
        }
    }
}
