package io.magpie.bench.compare.load;

import java.util.List;

/**
 * One measurement of one server.
 *
 * @param nanos how long it was
 * @param serverCpuNanos CPU time of the server's processes in it
 * @param loadCpuNanos CPU time of this process in it
 * @param othersCpuNanos CPU time that everything else on the machine used in it, never below 0
 * @param deliveries in it, over all members that read
 * @param bytes that they received in it, frame headers and all
 * @param published messages that were published in it
 * @param p50Nanos latency of the messages that were due in it, up to the end of the drain
 * @param undelivered messages that some member didn't have when the drain was over
 * @param faults how often the server did something wrong since the crowd was opened
 * @param witnesses the first of these faults
 */
public record Window(
        long nanos,
        long serverCpuNanos,
        long loadCpuNanos,
        long othersCpuNanos,
        long deliveries,
        long bytes,
        long published,
        long p50Nanos,
        long p99Nanos,
        int undelivered,
        int faults,
        List<String> witnesses) {
    /** Whether everything arrived, once and in order. */
    public boolean clean() {
        return undelivered == 0 && faults == 0;
    }
}
