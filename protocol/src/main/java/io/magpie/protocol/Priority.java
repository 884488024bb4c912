package io.magpie.protocol;

import java.util.Locale;
import java.util.Optional;

/** How much a message matters when a room has to shed load; {@link #NORMAL} if not said. */
public enum Priority {
    HIGH,
    NORMAL,
    LOW;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The value on the wire. */
    public String wireName() {
        return wireName;
    }

    /** The priority with this value on the wire. */
    public static Optional<Priority> ofWireName(String name) {
        return switch (name) {
            case "high" -> Optional.of(HIGH);
            case "normal" -> Optional.of(NORMAL);
            case "low" -> Optional.of(LOW);
            default -> Optional.empty();
        };
    }
}
