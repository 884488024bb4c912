package io.magpie.bench.compare.load;

import io.magpie.bench.yardstick.Dialect;

/**
 * The members that a server gets.
 *
 * @param port of the server on 127.0.0.1
 * @param firstRoom the number of the first room, so that crowds of one server can stay apart
 * @param rooms how many rooms
 * @param members of each room
 * @param stopped how many of each room's members stop reading as soon as they are in
 * @param deflate whether they offer permessage-deflate
 * @param hello whether they say what the dialect wants them to say after the upgrade; if not, being upgraded is enough
 */
public record CrowdPlan(
        int port, Dialect dialect, int firstRoom, int rooms, int members, int stopped, boolean deflate, boolean hello) {
    /** All members of all rooms. */
    public int size() {
        return rooms * members;
    }

    /** The members of a room that read. */
    int readers() {
        return members - stopped;
    }
}
