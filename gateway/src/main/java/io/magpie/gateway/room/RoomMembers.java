package io.magpie.gateway.room;

import io.magpie.protocol.Sender;
import java.util.List;

/** How many are in a room, and some of them. */
public record RoomMembers(int count, List<Sender> sample) {}
