package io.magpie.gateway.auth;

import io.magpie.protocol.RoomId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A set of rooms: exact names, and beginnings that end with {@code *}; {@code *} alone is every room. Immutable; any
 * thread.
 */
public final class RoomPatterns {
    /** Every room. */
    public static final RoomPatterns ALL = of(List.of("*"));

    /** No room. */
    public static final RoomPatterns NONE = of(List.of());

    private static final String ANY = "*";

    private final Set<String> names;
    private final List<String> beginnings;

    private RoomPatterns(Set<String> names, List<String> beginnings) {
        this.names = names;
        this.beginnings = beginnings;
    }

    /** The rooms that match at least one of these. */
    public static RoomPatterns of(Collection<String> patterns) {
        return new RoomPatterns(
                patterns.stream().filter(pattern -> !pattern.endsWith(ANY)).collect(Collectors.toUnmodifiableSet()),
                patterns.stream()
                        .filter(pattern -> pattern.endsWith(ANY))
                        .map(pattern -> pattern.substring(0, pattern.length() - 1))
                        .toList());
    }

    /** Whether the room is one of them. */
    public boolean match(RoomId room) {
        String name = room.value();
        if (names.contains(name)) {
            return true;
        }
        for (String beginning : beginnings) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /** As they were given, though perhaps in another order. */
    @Override
    public String toString() {
        return beginnings.stream()
                .map(beginning -> beginning + ANY)
                .collect(Collectors.collectingAndThen(Collectors.toList(), all -> {
                    all.addAll(names.stream().sorted().toList());
                    return all.isEmpty() ? "none" : String.join(" ", all);
                }));
    }
}
