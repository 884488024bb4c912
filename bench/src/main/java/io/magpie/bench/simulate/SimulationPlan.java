package io.magpie.bench.simulate;

import io.magpie.bench.gateway.LogMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is simulated, and in which steps.
 *
 * @param sessions at the end
 * @param loops event loops of the gateway, which the clients share
 * @param heartbeatSeconds how long the heartbeat of all sessions is watched
 * @param rounds broadcasts to each room
 * @param settleSeconds how long the gateway is left alone before its memory is measured
 * @param settings further keys of the gateway's configuration, {@code KEY=VALUE}
 */
record SimulationPlan(
        int sessions, int loops, int heartbeatSeconds, int rounds, int settleSeconds, List<String> settings) {
    private static final int[] GROWTH = {1_000, 10_000, 100_000};
    private static final int[] ROOMS = {1, 10_000};

    SimulationPlan {
        settings = List.copyOf(settings);
        check(sessions >= 2 && sessions <= 5_000_000, "--sessions must be 2 to 5000000");
        check(loops >= 1 && loops <= 256, "--loops must be 1 to 256");
        check(heartbeatSeconds >= 1 && heartbeatSeconds <= 600, "--heartbeat must be 1s to 10m");
        check(rounds >= 1 && rounds <= 1_000, "--rounds must be 1 to 1000");
        check(settleSeconds >= 0 && settleSeconds <= 600, "--settle must be 0s to 10m");
    }

    /** The sizes at which memory is measured, ending with all sessions. */
    List<Integer> growth() {
        return upTo(GROWTH);
    }

    /** Members of the rooms that are broadcast to, ending with the room that all sessions are in. */
    List<Integer> audiences() {
        return upTo(ROOMS);
    }

    /** The gateway's configuration. */
    List<String> configuration() {
        List<String> all = new ArrayList<>(List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.enabled=false",
                "transport.loops=" + loops,
                "rate.connection=0",
                "rate.user=0",
                "rate.room=0",
                "drain=0s",
                "limits.connections=" + (2 * sessions + 1_000),
                // Clients that answer at once; so their timers are soon over and don't count as memory of a session.
                "http.request-timeout=2s",
                "limits.connect-timeout=2s"));
        all.addAll(LogMode.memory());
        all.addAll(settings);
        return all;
    }

    private List<Integer> upTo(int... sizes) {
        return IntStream.concat(IntStream.of(sizes).filter(size -> size < sessions), IntStream.of(sessions))
                .boxed()
                .toList();
    }

    private static void check(boolean right, String wrong) {
        if (!right) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
