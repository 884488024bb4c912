package io.magpie.gateway.session;

import io.magpie.protocol.UserId;

/**
 * What a ticket says: who was given it, and where that was.
 *
 * @param loop the index of the loop of the connection that was given it
 * @param connection its id, unlike any other's
 */
record Ticket(UserId user, int loop, String connection) {}
