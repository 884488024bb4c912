package io.magpie.bench.verify;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The final logs, read when everything was over: what they are compared with is in the other books.
 *
 * <p>Owner: the {@link Checker}.
 */
final class Logs {
    /**
     * A room's log.
     *
     * @param first its oldest message's seq; {@code head + 1} if it is empty
     */
    record Log(String epoch, long first, long head) {
        /** Whether retention has taken this message. */
        boolean trimmed(Places.Place place) {
            return place.epoch().equals(epoch) && place.seq() < first;
        }

        /** Whether this message is in the log, or should be. */
        boolean covers(String ofEpoch, long seq) {
            return ofEpoch.equals(epoch) && seq >= first && seq <= head;
        }
    }

    private final Findings findings;
    private final Map<String, Entry> stored = new HashMap<>();
    private final Map<String, Entry> newest = new HashMap<>();
    private final Map<String, Long> firsts = new HashMap<>();
    private final Map<String, Log> complete = new HashMap<>();

    Logs(Findings findings) {
        this.findings = findings;
    }

    void stored(Entry entry) {
        Entry before = newest.put(entry.room(), entry);
        firsts.putIfAbsent(entry.room(), entry.seq());
        if (before != null && entry.seq() != before.seq() + 1) {
            findings.add(
                    Check.HOLE, "the final log of " + entry.room() + " has " + entry.seq() + " after " + before.seq());
        }
        if (before != null && entry.at() < before.at()) {
            findings.add(
                    Check.BACKWARDS,
                    entry.room() + ": message " + entry.seq() + " is " + (before.at() - entry.at())
                            + " ms older than the one before it");
        }
        stored.putIfAbsent(entry.payload(), entry);
    }

    void complete(Entry entry) {
        Entry last = newest.get(entry.room());
        long head = last == null ? 0 : last.seq();
        if (head != entry.seq() && last != null) {
            findings.add(
                    Check.HOLE,
                    "the final log of " + entry.room() + " ends at " + head + ", but its head is " + entry.seq());
        }
        long first = firsts.getOrDefault(entry.room(), entry.seq() + 1);
        complete.put(entry.room(), new Log(entry.epoch(), first, Math.max(head, entry.seq())));
    }

    /** How many different messages they hold. */
    int size() {
        return stored.size();
    }

    /** Where a message is in the final logs. */
    @Nullable
    Entry of(String payload) {
        return stored.get(payload);
    }

    /** A room's log, if it was read to its end. */
    @Nullable
    Log log(String room) {
        return complete.get(room);
    }
}
