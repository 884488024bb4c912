package io.magpie.gateway.room;

import io.magpie.gateway.engine.Draft;
import io.magpie.protocol.RequestId;
import org.jspecify.annotations.Nullable;

/** A draft on its way to the engine, and where the answer goes. */
public record Publication(Draft draft, @Nullable RequestId id, Publisher publisher) {}
