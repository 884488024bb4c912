package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.protocol.Encoding;

/** Makes the session that fits a connection's encoding. Any thread. */
public final class Sessions {
    private final SessionServices services;

    public Sessions(SessionServices services) {
        this.services = services;
    }

    public Session open(Connection connection, Handshake handshake) {
        return handshake.encoding() == Encoding.PLAIN
                ? new PlainSession(services, connection, handshake)
                : new EnvelopeSession(services, connection, handshake);
    }
}
