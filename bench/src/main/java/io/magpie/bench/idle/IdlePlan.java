package io.magpie.bench.idle;

import io.magpie.bench.gateway.LogMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A measurement.
 *
 * @param sessions connections
 * @param rooms over which they are spread; each is in one
 * @param loops event loops of the server
 * @param tls whether the connections are over wss
 * @param settle how long the server is left alone before it is measured, so that timers of the handshake are over
 * @param settings further keys of the server's configuration
 * @param javaOptions further flags of the server's JVM
 */
record IdlePlan(
        int sessions,
        int rooms,
        int loops,
        Tls tls,
        Duration settle,
        Map<String, String> settings,
        String javaOptions) {
    /** Files that either process has open beside its connections. */
    private static final int OTHER_FILES = 200;

    IdlePlan {
        settings = Map.copyOf(settings);
        check(sessions >= 1 && sessions <= 1_000_000, "--sessions must be 1 to 1000000");
        check(rooms >= 1 && rooms <= sessions, "--rooms must be 1 to the number of sessions");
        check(loops >= 1 && loops <= 256, "--loops must be 1 to 256");
        check(!settle.isNegative() && settle.compareTo(Duration.ofHours(1)) <= 0, "--settle must be 0s to 1h");
    }

    /** The server's whole configuration, as keys, but for what {@link Tls#settings} adds. */
    Map<String, String> configuration() {
        Map<String, String> all = new TreeMap<>();
        LogMode.memory().forEach(setting -> {
            int equals = setting.indexOf('=');
            all.put(setting.substring(0, equals), setting.substring(equals + 1));
        });
        all.putAll(settings);
        all.put("listen.host", "127.0.0.1");
        all.put("listen.port", "0");
        all.put("management.host", "127.0.0.1");
        all.put("management.port", "0");
        all.put("transport.loops", Integer.toString(loops));
        all.put("limits.connections", Integer.toString(sessions + OTHER_FILES));
        // A loop may have its share of the rooms only, and chance may give it more than others.
        all.put("limits.rooms", Integer.toString(2 * rooms + OTHER_FILES * loops));
        return all;
    }

    /**
     * Checks that a process may have so many files open.
     *
     * @param limits the lines of {@code /proc/self/limits}
     */
    void checkOpenFiles(List<String> limits) {
        long most = limits.stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields[4].matches("\\d+"))
                .mapToLong(fields -> Long.parseLong(fields[4]))
                .findFirst()
                .orElse(Long.MAX_VALUE);
        check(
                sessions + OTHER_FILES <= most,
                "--sessions: a process may have " + most + " files open here (ulimit -Hn), so at most "
                        + (most - OTHER_FILES) + " sessions");
    }

    private static void check(boolean right, String wrong) {
        if (!right) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
