package io.magpie.bench.slow;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened to all clients together, and the first witnesses of what went wrong.
 *
 * <p>Owner: the loop of the {@link Crowd}; the main thread reads it when the loop has ended.
 */
final class Account {
    /** What is counted. */
    enum Count {
        JOINED,
        FAILED,
        SENT,
        /** Not sent, because the publisher's own socket was full or closed. */
        UNSENT,
        ACCEPTED,
        DELIVERED,
        /** Seqs that a member was not given although a later one came. */
        SKIPPED,
        /** Messages that a member was given again, or too late. */
        REPEATED,
        /** Messages that no client of this run sent, or that differ from member to member. */
        WRONG,
        GAPS,
        ERRORS
    }

    private static final int WITNESSES = 10;
    private static final int KINDS = 20;

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final Map<String, Integer> healthyCloses = new TreeMap<>();
    private final Map<String, Integer> stoppedCloses = new TreeMap<>();
    private final List<String> witnesses = new ArrayList<>();

    void add(Count count, long amount) {
        counts.merge(count, amount, Long::sum);
    }

    /** Counts something that should not happen. */
    void fault(Count count, long amount, String witness) {
        add(count, amount);
        if (witnesses.size() < WITNESSES) {
            witnesses.add(witness);
        }
    }

    /** A member's connection ended before the run did. */
    void closed(boolean stops, String reason) {
        Map<String, Integer> closes = stops ? stoppedCloses : healthyCloses;
        closes.merge(closes.size() < KINDS ? reason : "others", 1, Integer::sum);
    }

    long get(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    Map<Count, Long> counts() {
        return counts;
    }

    /** How often members that read all the time were closed, by code and reason. */
    Map<String, Integer> healthyCloses() {
        return healthyCloses;
    }

    /** How often members that stopped reading were closed, by code and reason. */
    Map<String, Integer> stoppedCloses() {
        return stoppedCloses;
    }

    List<String> witnesses() {
        return witnesses;
    }
}
