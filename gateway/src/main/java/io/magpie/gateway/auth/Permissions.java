package io.magpie.gateway.auth;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rooms that somebody may be in, send in and moderate, as a token or a backend says it. Immutable. */
public record Permissions(RoomPatterns join, RoomPatterns send, RoomPatterns moderate) {
    private static final int MAX_PATTERNS = 256;

    /**
     * Reads {@code rooms}: a list for join and send alike, or an object with lists of its own for each.
     *
     * @param rooms as a JSON library gives it; null if nothing was said
     * @param usual what counts then
     * @throws IllegalArgumentException if it is anything else
     */
    public static Permissions of(@Nullable Object rooms, RoomPatterns usual) {
        if (rooms instanceof Map<?, ?> by) {
            return new Permissions(patterns(by.get("join")), patterns(by.get("send")), patterns(by.get("moderate")));
        }
        RoomPatterns both = rooms == null ? usual : patterns(rooms);
        return new Permissions(both, both, RoomPatterns.NONE);
    }

    private static RoomPatterns patterns(@Nullable Object list) {
        if (list == null) {
            return RoomPatterns.NONE;
        }
        if (list instanceof List<?> texts
                && texts.size() <= MAX_PATTERNS
                && texts.stream().allMatch(String.class::isInstance)) {
            return RoomPatterns.of(texts.stream().map(String.class::cast).toList());
        }
        throw new IllegalArgumentException("rooms must be a list of at most " + MAX_PATTERNS
                + " texts, or an object with such lists as join, send and moderate");
    }
}
