package io.magpie.gateway.room;

import io.magpie.protocol.RoomId;

/** A room that is open: how many are in it, and the seq of its newest message. */
public record RoomSummary(RoomId room, int members, long head) {}
