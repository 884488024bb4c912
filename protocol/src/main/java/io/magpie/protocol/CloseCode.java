package io.magpie.protocol;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a connection ends, as the status code of its close frame (RFC 6455 section 7.4; 4000–4999 are private).
 *
 * <p>A client reads from the code whether to come back: {@link #reconnect()}.
 */
public enum CloseCode {
    NORMAL(1000, false),
    GOING_AWAY(1001, true),
    PROTOCOL_ERROR(1002, false),
    UNSUPPORTED_DATA(1003, false),
    INVALID_DATA(1007, false),
    /** Abuse on the level of frames: fragments, control frames, inflate budget. Back off for at least 30 s. */
    POLICY_VIOLATION(1008, true),
    TOO_BIG(1009, false),
    INTERNAL_ERROR(1011, true),
    RESTART(1012, true),
    OVER_CAPACITY(1013, true),
    TOKEN_EXPIRED(4002, true),
    SLOW_CONSUMER(4003, true),
    HEARTBEAT_LOST(4004, true),
    DEPENDENCY_FAILED(4007, true),
    FLOODING(4008, true),
    /** The connection didn't {@code connect} within {@code limits.connect-timeout}. */
    NOT_AUTHENTICATED(4009, true),
    BAD_TOKEN(4500, false),
    /** The client doesn't follow the protocol, for example a second {@code connect}. */
    MISUSE(4501, false),
    KICKED(4503, false),
    TOO_MANY_CONNECTIONS(4504, false),
    BANNED(4505, false),
    FORBIDDEN(4506, false),
    /** A newer connection of the same user took over: of the same device, with its ticket, or as one too many. */
    REPLACED(4507, false),
    TOO_MANY_BAD_REQUESTS(4508, false);

    private final int code;
    private final boolean reconnect;

    CloseCode(int code, boolean reconnect) {
        this.code = code;
        this.reconnect = reconnect;
    }

    /** The status code on the wire. */
    public int code() {
        return code;
    }

    /** Whether the client should come back, with a back-off. For private codes this is {@code code % 1000 < 500}. */
    public boolean reconnect() {
        return reconnect;
    }

    /** The close code with this status code on the wire. */
    public static Optional<CloseCode> of(int code) {
        return Stream.of(values()).filter(c -> c.code == code).findFirst();
    }
}
