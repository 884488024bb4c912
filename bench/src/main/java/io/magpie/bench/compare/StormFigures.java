package io.magpie.bench.compare;

import io.magpie.bench.compare.load.Entrance;

/**
 * What one connect storm gave.
 *
 * @param step how far each connection went: {@code upgrade}, or {@code upgrade + hello}
 * @param round from 1
 * @param cpuMicros CPU time of the server per connection, in microseconds
 */
record StormFigures(
        String server,
        String step,
        int round,
        double perSecond,
        double cpuMicros,
        double serverCores,
        double loadCores) {
    static final String UPGRADE = "upgrade";
    static final String HELLO = "upgrade + hello";

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    static StormFigures of(String server, boolean hello, int round, Entrance entrance) {
        return new StormFigures(
                server,
                hello ? HELLO : UPGRADE,
                round,
                entrance.members() * NANOS_PER_SECOND / entrance.nanos(),
                entrance.serverCpuNanos() / NANOS_PER_MICRO / entrance.members(),
                (double) entrance.serverCpuNanos() / entrance.nanos(),
                (double) entrance.loadBusyNanos() / entrance.nanos());
    }
}
