package io.magpie.gateway.hooks;

import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What counts after a question to the backend. */
public sealed interface Ruling {
    /** Yes. {@code instead} is what is to be said in place of what was asked about; null leaves it as it is. */
    record Allowed(@Nullable Body instead) implements Ruling {}

    /** No. {@code reason} is for the client; empty if the backend gave none. */
    record Denied(String reason) implements Ruling {}

    /**
     * The backend couldn't be asked, and without its word it is no for now.
     *
     * @param after milliseconds until it may be asked again, or {@link #UNSET}
     */
    record Unavailable(ErrorCode code, String message, long after) implements Ruling {
        /** An {@link #after} that isn't known. */
        public static final long UNSET = -1;
    }
}
