package io.magpie.gateway.hooks;

import io.magpie.protocol.Body;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import org.jspecify.annotations.Nullable;

/**
 * May this user say this in this room?
 *
 * @param connection the id of its connection
 * @param key the sender's idempotency key, if it gave one
 * @param kind the application's tag, if it gave one
 */
public record SendQuestion(
        Sender user,
        RoomId room,
        String connection,
        @Nullable String key,
        @Nullable String kind,
        Body body) {}
