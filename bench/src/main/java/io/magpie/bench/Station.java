package io.magpie.bench;

import java.util.function.LongSupplier;

/**
 * What the clients of one event loop share. Its mutable parts are used on that loop only.
 *
 * @param run what rooms are called after, so that runs don't meet
 * @param clock nanoseconds; the one that {@link Schedule} is in
 */
record Station(
        BenchPlan plan,
        String run,
        Payload payload,
        FrameMemo frames,
        Ledger ledger,
        LatencyRecorder recorder,
        LongSupplier clock) {
    /** The name of a room of this run. */
    String roomName(int room) {
        return "bench-" + run + "-" + room;
    }
}
