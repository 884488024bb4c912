package io.magpie.bench.slow;

import java.util.List;
import java.util.Map;

/**
 * What was seen in a run.
 *
 * @param missing messages that members should have got and didn't
 * @param closes of members, by code and reason
 * @param latencies by phase, of members that read all the time, from the time at which a message should have been sent
 * @param p99Seconds their p99 for each second of the run, in milliseconds
 * @param samples of the server, one a second
 */
record SlowResult(
        Map<Account.Count, Long> counts,
        Missing missing,
        int distinct,
        Closes closes,
        CatchUp catchUp,
        Map<Phase, Latency> latencies,
        List<Double> p99Seconds,
        double lagP99Millis,
        List<MemorySample> samples,
        Server server,
        List<String> witnesses) {

    /** By kind of member. */
    record Missing(long healthy, long stopped) {}

    /** By kind of member; {@code slowConsumers} is the server's own count of 4003. */
    record Closes(Map<String, Integer> healthy, Map<String, Integer> stopped, long slowConsumers) {}

    /** How many of those that stopped were at the head again, and when. */
    record CatchUp(int done, int expected, double medianSeconds, double slowestSeconds) {}

    /**
     * Of one phase.
     *
     * @param p99Median the median of its seconds' p99, which one bad second doesn't move
     * @param serverCores CPU of the server, in cores
     * @param benchCores CPU of the load's loop, in cores
     * @param otherCores CPU of everything else on the machine, in cores: where it is much, the figures are noise
     */
    record Latency(
            long deliveries,
            double p50,
            double p99,
            double p99Median,
            double max,
            double serverCores,
            double benchCores,
            double otherCores) {}

    /**
     * The server's process at the end.
     *
     * @param fault the first bad line of its log, empty if there is none
     */
    record Server(boolean alive, String fault, long peakRss) {}

    long count(Account.Count count) {
        return counts.getOrDefault(count, 0L);
    }
}
