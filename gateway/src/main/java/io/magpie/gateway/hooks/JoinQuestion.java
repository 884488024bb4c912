package io.magpie.gateway.hooks;

import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;

/** May this user be in this room? {@code connection} is the id of its connection. */
public record JoinQuestion(Sender user, RoomId room, String connection) {}
