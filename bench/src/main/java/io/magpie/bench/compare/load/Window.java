package io.magpie.bench.compare.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One measurement of one server.
 *
 * @param nanos how long it was
 * @param serverCpuNanos CPU time of the server's processes in it
 * @param loadBusyNanos how long the load had something to do in it
 * @param othersCpuNanos CPU time that everything else on the machine used in it, never below 0
 * @param deliveries in it, over all members that read
 * @param bytes that they received in it, frame headers and all
 * @param published messages that were published in it
 * @param latencies in nanoseconds, of the messages that were due in it, up to the end of the drain
 * @param undelivered messages that some member didn't have when the drain was over
 * @param faults how often the server did something wrong since the crowd was opened
 * @param witnesses the first of these faults
 */
public record Window(
        long nanos,
        long serverCpuNanos,
        long loadBusyNanos,
        long othersCpuNanos,
        long deliveries,
        long bytes,
        long published,
        Histogram latencies,
        int undelivered,
        int faults,
        List<String> witnesses) {
    /** Whether everything arrived, once and in order. */
    public boolean clean() {
        return undelivered == 0 && faults == 0;
    }

    /** Both together, as one measurement. */
    public Window plus(Window other) {
        Histogram both = latencies.copy();
        both.add(other.latencies);
        List<String> all = new ArrayList<>(witnesses);
        all.addAll(other.witnesses);
        return new Window(
                nanos + other.nanos,
                serverCpuNanos + other.serverCpuNanos,
                loadBusyNanos + other.loadBusyNanos,
                othersCpuNanos + other.othersCpuNanos,
                deliveries + other.deliveries,
                bytes + other.bytes,
                published + other.published,
                both,
                undelivered + other.undelivered,
                faults + other.faults,
                List.copyOf(all));
    }
}
