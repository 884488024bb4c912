package io.magpie.bench.yardstick;

import java.util.List;

/**
 * How a load speaks to one kind of server: WebSocket messages in, WebSocket messages out. Immutable; any thread.
 * Payloads are printable ASCII without quotes or backslashes, so that every server can carry them as they are.
 */
public interface Dialect {
    /** Takes the payloads found in a received message. */
    interface Sink {
        /** One payload: {@code length} bytes of {@code message} from {@code offset} on. */
        void payload(byte[] message, int offset, int length);
    }

    /** Path and query of the upgrade request for a member of a room (0, 1, 2 …). */
    String path(int room);

    /** The sub-protocol to offer, empty for none. */
    String subprotocol();

    /** Whether messages to the server are binary frames; else text. */
    boolean binary();

    /** The messages that a client sends right after the upgrade, in order; may be empty. */
    List<byte[]> hello(int room);

    /**
     * Whether a received message says that the client is in its room and will get everything from now on. Never asked
     * where {@link #hello} is empty: such a client is in with the upgrade.
     */
    boolean admits(byte[] message);

    /** The message that publishes a payload to a room. */
    byte[] publish(int room, byte[] payload);

    /**
     * Gives the published payloads in a received message to the sink, in order; acknowledgements are left out.
     *
     * @throws IllegalArgumentException if the server says an error with it, or it isn't what such a server sends
     */
    void read(byte[] message, Sink sink);
}
