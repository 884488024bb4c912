package io.magpie.gateway.auth;

import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is and what it may do. Immutable.
 *
 * @param device that it runs on, whatever the client says; null if its token doesn't say
 * @param join the rooms that it may be in
 * @param send the rooms in which it may send and signal, if it is in them
 * @param moderate the rooms in which it may take back what others said
 * @param expiresMillis when that ends, in milliseconds since 1970, or {@link #NEVER}
 */
public record Identity(
        Sender sender,
        @Nullable DeviceId device,
        RoomPatterns join,
        RoomPatterns send,
        RoomPatterns moderate,
        long expiresMillis) {
    /** {@link #expiresMillis} of an identity that doesn't end. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The ids of guests begin so: nobody else may have one. */
    public static final String GUEST = "guest-";

    /** Somebody who may do all that anybody may. */
    public static Identity guest(Sender sender) {
        return new Identity(sender, null, RoomPatterns.ALL, RoomPatterns.ALL, RoomPatterns.NONE, NEVER);
    }
}
