package io.magpie.gateway.transport;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.session.Handshake;
import io.magpie.gateway.session.Session;

/** Makes the session of a connection that was upgraded. */
@FunctionalInterface
public interface SessionFactory {
    Session open(Connection connection, Handshake handshake);
}
