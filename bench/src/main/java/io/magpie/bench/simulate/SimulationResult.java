package io.magpie.bench.simulate;

import java.util.List;

/**
 * What one JVM found out, without its collector's pauses, which are in its log.
 *
 * @param jdk which JVM
 * @param connectsPerSecond sessions that came in per second in the last and largest step of the growth
 */
record SimulationResult(
        String jdk,
        double connectsPerSecond,
        List<Point> growth,
        List<Broadcast> broadcasts,
        Heartbeat heartbeat,
        List<Phase> phases) {
    /**
     * Memory at one size.
     *
     * @param heapBytes growth of the live heap since there were none of these sessions
     * @param heapPerSession the same, divided by their number
     * @param directPerSession growth of buffers outside of the heap, divided by the number of sessions
     * @param rssBytes resident memory of the whole process, with all of its heap that was ever touched
     */
    record Point(int sessions, long heapBytes, double heapPerSession, double directPerSession, long rssBytes) {
        private static final long RESOLUTION = 1 << 20;

        /** Whether the growth is more than what the rest of the process gains or loses in the meantime. */
        boolean measurable() {
            return heapBytes >= RESOLUTION;
        }
    }

    /**
     * Broadcasts of one message to one room, in milliseconds from the moment at which the publisher's frame arrives.
     *
     * @param firstMillis until the first member had it; the median
     * @param lastMillis until the last member had it; the median
     * @param worstMillis until the last member had it, in the slowest round
     */
    record Broadcast(int members, int rounds, double firstMillis, double lastMillis, double worstMillis) {}

    /**
     * All sessions silent but for pings and pongs.
     *
     * @param cpuMillisPerSecond CPU time of all event loops, the clients' pongs included
     */
    record Heartbeat(double seconds, double cpuMillisPerSecond, double pingsPerSecond, double cpuMicrosPerPing) {}

    /**
     * A part of the run.
     *
     * @param beginMillis of the JVM's uptime
     * @param endMillis of the JVM's uptime
     * @param longestWaitMillis the longest time for which a loop let a new task wait
     * @param p99WaitMillis of the waits of all tasks
     * @param longestTurnMillis the longest time in which a loop didn't look at its sockets
     */
    record Phase(
            String name,
            long beginMillis,
            long endMillis,
            double longestWaitMillis,
            double p99WaitMillis,
            double longestTurnMillis) {}
}
