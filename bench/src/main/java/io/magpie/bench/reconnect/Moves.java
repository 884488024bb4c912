package io.magpie.bench.reconnect;

import java.util.List;
import java.util.Map;

/**
 * How clients lost their connections and came back, in one {@link Window}. Times are in milliseconds; those of lists count
 * from the window's begin and ascend.
 *
 * @param attempts when clients tried to connect; each try counts
 * @param returns when they were in their room again
 * @param peaks of the attempts
 * @param absence how long they were without a connection
 * @param slots whether the server kept to what it had announced
 * @param refusals attempts that failed, by reason
 * @param closes by code and reason, but for those of the client itself
 * @param recovered who came back to exactly what it had missed
 * @param unrecovered who was told that it couldn't
 */
record Moves(
        List<Long> attempts,
        List<Long> returns,
        Peaks peaks,
        Absence absence,
        Slots slots,
        Map<String, Integer> refusals,
        Map<String, Integer> closes,
        int recovered,
        int unrecovered) {
    /** The most attempts in any second, and in any tenth of one. */
    record Peaks(int second, int tenth) {}

    /** From the loss of a connection until the client is in its room again. */
    record Absence(long median, long p99, long longest) {}

    /**
     * Closes with 1012 beside what {@code reconnect} had announced. A client reads that only when it comes to it, so that
     * by its clock the close may come a little early.
     *
     * @param untold clients that were closed without an announcement
     * @param tooEarly clients that were closed more than {@link Window#EARLY_MILLIS} before their slot
     * @param earliest by how much the earliest close was before its slot
     * @param latest by how much the latest close was after its slot
     */
    record Slots(int untold, int tooEarly, long earliest, long latest) {}

    /** Attempts that failed. */
    int refused() {
        return refusals.values().stream().mapToInt(Integer::intValue).sum();
    }
}
