package io.magpie.bench.compare;

import io.magpie.bench.compare.load.Entrance;
import io.magpie.bench.compare.load.Security;

/**
 * What connections of one kind cost a server, each made when the one before it was upgraded.
 *
 * @param round from 1
 * @param connects how many
 * @param resumed how many of them resumed a session; 0 without TLS
 * @param cipher version and cipher suite of the last one; empty without TLS
 * @param cpuMicros CPU time of the server per connection, in microseconds
 * @param millisEach from a connect to its upgrade
 * @param serverCores how much of a core the server used, 1.0 is all of it
 * @param loadCores how much of its core the load needed
 */
record HandshakeFigures(
        String server,
        Security security,
        int round,
        int connects,
        int resumed,
        String cipher,
        double cpuMicros,
        double millisEach,
        double serverCores,
        double loadCores) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    static HandshakeFigures of(String server, Security security, int round, Entrance entrance) {
        int connects = entrance.members();
        return new HandshakeFigures(
                server,
                security,
                round,
                connects,
                security == Security.NONE ? 0 : connects - entrance.secured().full(),
                entrance.secured().cipher(),
                entrance.serverCpuNanos() / NANOS_PER_MICRO / connects,
                entrance.nanos() / NANOS_PER_MILLI / connects,
                (double) entrance.serverCpuNanos() / entrance.nanos(),
                (double) entrance.loadBusyNanos() / entrance.nanos());
    }

    /** Whether both stand in one row of the table. */
    boolean sameRow(HandshakeFigures other) {
        return server.equals(other.server) && security == other.security;
    }

    /** Which share of its connections resumed a session. */
    double resumedShare() {
        return (double) resumed / connects;
    }
}
