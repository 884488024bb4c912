package io.magpie.gateway.engine;

import io.magpie.protocol.Body;
import io.magpie.protocol.Sender;
import org.jspecify.annotations.Nullable;

/**
 * A message before it has a place in a room.
 *
 * @param key the sender's idempotency key, if it gave one
 * @param kind the application's tag, if it gave one
 * @param receivedNanos {@code System.nanoTime} when it was read from its socket; for measuring only
 */
public record Draft(
        Sender from, @Nullable String key, @Nullable String kind, Body body, long receivedNanos) {}
