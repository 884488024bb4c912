package io.magpie.gateway.session;

import io.magpie.protocol.Encoding;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade said that matters to the session.
 *
 * @param room {@code ?room=}, unchecked, or null; plain mode only
 * @param since {@code ?since=}: replay what follows this seq, or {@link #NO_SINCE}
 * @param history {@code ?history=}: newest messages wanted; 0 if not given
 * @param token the bearer token, unchecked, or null if the upgrade had none
 * @param address of the client, as far as it is known
 */
public record Handshake(
        Encoding encoding,
        @Nullable String room,
        long since,
        int history,
        @Nullable String token,
        @Nullable InetAddress address) {
    /** {@link #since} when there is none. */
    public static final long NO_SINCE = -1;

    /** Without a token. */
    public Handshake(Encoding encoding, @Nullable String room, long since, int history) {
        this(encoding, room, since, history, null, null);
    }

    /** The same without the token, which isn't needed for long and isn't to stay in memory. */
    Handshake withoutToken() {
        return new Handshake(encoding, room, since, history, null, address);
    }

    /** The same, of a client with this address. */
    public Handshake of(@Nullable InetAddress client) {
        return new Handshake(encoding, room, since, history, token, client);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Handshake[encoding=" + encoding + ", room=" + room + ", since=" + since + ", history=" + history + "]";
    }
}
