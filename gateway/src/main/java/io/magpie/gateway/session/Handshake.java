package io.magpie.gateway.session;

import io.magpie.protocol.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade said that matters to the session.
 *
 * @param room {@code ?room=}, unchecked, or null; plain mode only
 * @param since {@code ?since=}: replay what follows this seq, or {@link #NO_SINCE}
 * @param history {@code ?history=}: newest messages wanted; 0 if not given
 */
public record Handshake(Encoding encoding, @Nullable String room, long since, int history) {
    /** {@link #since} when there is none. */
    public static final long NO_SINCE = -1;
}
