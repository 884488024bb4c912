package io.magpie.bench.reconnect;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who is connected and who says how much.
 *
 * @param clients each in one room
 * @param rooms with about as many clients each
 * @param publishers who send, one after the other
 * @param apart whether the publishers are there beside the clients, and keep their connections when those lose theirs;
 *     otherwise they are some of them
 * @param rate messages per second, over all, whatever the server does (open model)
 * @param size bytes of a message's text
 */
record Load(int clients, int rooms, int publishers, boolean apart, double rate, int size) {
    /** With the process's own files that stays below 20,000 open ones. */
    private static final int MOST = 19_000;

    private static final double MOST_RATE = 10_000;
    private static final int MOST_SIZE = 15_000;

    Load {
        check(rooms >= 1 && rooms <= clients, "--rooms must be 1 to --clients");
        check(
                publishers >= 1 && (apart || publishers <= clients),
                "--publishers must be at least 1, and at most --clients where they are some of them");
        check(clients + publishers <= MOST, "--clients and --publishers together must be at most " + MOST);
        check(rate > 0 && rate <= MOST_RATE, "--rate must be above 0 and at most 10000");
        check(size >= 0 && size <= MOST_SIZE, "--size must be 0 to 15000");
    }

    /** All connections. */
    int connections() {
        return clients + (apart ? publishers : 0);
    }

    /** For a report. */
    Map<String, Object> options() {
        return new TreeMap<>(
                Map.of("clients", clients, "rooms", rooms, "publishers", publishers, "rate", rate, "size", size));
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
