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
 * @param security how their connections are secured
 * @param connecting how many connect at the same time, at most
 */
public record CrowdPlan(
        int port,
        Dialect dialect,
        int firstRoom,
        int rooms,
        int members,
        int stopped,
        boolean deflate,
        boolean hello,
        Security security,
        int connecting) {
    private static final int MAX_CONNECTING = 200;

    /** Without TLS, and as many connecting as servers are used to. */
    public CrowdPlan(
            int port,
            Dialect dialect,
            int firstRoom,
            int rooms,
            int members,
            int stopped,
            boolean deflate,
            boolean hello) {
        this(port, dialect, firstRoom, rooms, members, stopped, deflate, hello, Security.NONE, MAX_CONNECTING);
    }

    /** The same, secured. */
    public CrowdPlan over(Security other) {
        return new CrowdPlan(port, dialect, firstRoom, rooms, members, stopped, deflate, hello, other, connecting);
    }

    /** The same, each member connecting when the one before it is in. */
    public CrowdPlan oneByOne() {
        return new CrowdPlan(port, dialect, firstRoom, rooms, members, stopped, deflate, hello, security, 1);
    }

    /** All members of all rooms. */
    public int size() {
        return rooms * members;
    }

    /** The members of a room that read. */
    int readers() {
        return members - stopped;
    }
}
