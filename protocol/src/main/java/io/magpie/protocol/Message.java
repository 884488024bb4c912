package io.magpie.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One stored message of a room.
 *
 * @param seq its place in the room's log; in one epoch 1, 2, 3 … without a hole
 * @param at when it was accepted, milliseconds since 1970; never goes back within a room
 * @param key the publisher's idempotency key, if it gave one
 * @param kind the application's own short tag, if it gave one
 */
public record Message(
        RoomId room,
        long seq,
        long at,
        Sender from,
        @Nullable String key,
        @Nullable String kind,
        Body body) {
    /** What a message costs to keep, roughly: its body and its strings, plus a fixed part for the objects. */
    public int weight() {
        return 160 + body.bytes().length + (key == null ? 0 : key.length()) + (kind == null ? 0 : kind.length());
    }
}
