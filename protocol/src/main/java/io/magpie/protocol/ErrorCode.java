package io.magpie.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a command was refused while the connection lives. The counterpart, where the connection dies, is
 * {@link CloseCode}.
 */
public enum ErrorCode {
    /** The envelope is malformed or a field has a wrong type or range. The client has a bug. */
    BAD_REQUEST(false),
    /** The room name is empty, too long, has control characters or is reserved. */
    BAD_ROOM(false),
    /** The server doesn't know this {@code type}; an older server, or a typing error. */
    UNKNOWN_TYPE(false),
    /** The connection has no identity yet, or its token is no longer good. */
    UNAUTHENTICATED(false),
    /** The identity may not do this. */
    FORBIDDEN(false),
    /** The command needs membership of the room; {@code join} first. */
    NOT_JOINED(false),
    /** The user, room or message doesn't exist. */
    NOT_FOUND(false),
    /** A count limit of the connection (rooms, page size) is reached. */
    LIMIT(false),
    /** The message is larger than {@code limits.message}. */
    TOO_LARGE(false),
    /** Too many commands; wait {@code after} milliseconds. */
    RATE_LIMITED(true),
    /** The same {@code key} was used before with other content. */
    KEY_CONFLICT(false),
    /** The user is muted in the room. */
    MUTED(false),
    /** Moderation refused the content. */
    REJECTED(false),
    /** Too many requests of this kind are under way. */
    BUSY(true),
    /** A dependency didn't answer in time; whether it took effect is unknown. */
    TIMEOUT(true),
    /** A dependency can't be reached. */
    UNAVAILABLE(true),
    /** The log has no space; reading goes on. */
    STORAGE_FULL(true),
    /** A fault of the server; it is in the server's log with the connection's id. */
    INTERNAL(false);

    private static final Map<String, ErrorCode> BY_WIRE_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::wireName, Function.identity()));

    private final boolean retryable;
    private final String wireName;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
        this.wireName = name().toLowerCase(Locale.ROOT);
    }

    /** Whether the same command may succeed later without being changed. */
    public boolean retryable() {
        return retryable;
    }

    /** The value of {@code error.code}: the lower-case name. */
    public String wireName() {
        return wireName;
    }

    /** The code with this value on the wire. */
    public static Optional<ErrorCode> ofWireName(String name) {
        return Optional.ofNullable(BY_WIRE_NAME.get(name));
    }
}
