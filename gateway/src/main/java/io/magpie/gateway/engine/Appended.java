package io.magpie.gateway.engine;

import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Position;

/** What became of one draft. */
public sealed interface Appended {
    /** It is stored at this position, now or, if it is a duplicate, since its first time. */
    record Stored(Position position, boolean duplicate) implements Appended {}

    /**
     * It isn't stored.
     *
     * @param after milliseconds until it may be, or {@link #UNSET}
     */
    record Refused(ErrorCode code, String message, long after) implements Appended {
        /** An {@link #after} that isn't known. */
        public static final long UNSET = -1;

        /** Without a time. */
        public Refused(ErrorCode code, String message) {
            this(code, message, UNSET);
        }
    }
}
