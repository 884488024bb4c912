package io.magpie.bench.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The logs before they were damaged, and how what is read afterwards compares.
 *
 * <p>Owner: the main thread.
 */
final class Original {
    /** What a damaged copy turned out to be. */
    enum Outcome {
        /** All is there. */
        WHOLE,
        /** The newest messages are gone, and the positions tell: the head is lower. */
        SHORTER,
        /** A room began a new epoch. */
        ROTATED,
        /** It started, but doesn't read a room, and names a file in its log. */
        UNREADABLE,
        /** It didn't start, and named a file. */
        REFUSED,
        /** Something else. */
        WRONG
    }

    private final Map<Places.Place, String> payloads = new HashMap<>();
    private final Map<String, Places.Place> places = new HashMap<>();
    private final Map<String, Entry> logs = new HashMap<>();

    /** An entry of the history before the damage. */
    void learn(Entry entry) {
        if (entry.kind() == Entry.Kind.STORED) {
            payloads.put(Places.Place.of(entry), entry.payload());
            places.put(entry.payload(), Places.Place.of(entry));
        } else if (entry.kind() == Entry.Kind.LOG) {
            logs.put(entry.room(), entry);
        }
    }

    int messages() {
        return payloads.size();
    }

    /** What was read of a copy; {@code wrong} gets what no damage excuses. */
    Outcome compare(List<Entry> read, List<String> wrong) {
        Outcome outcome = Outcome.WHOLE;
        List<Entry> pending = new ArrayList<>();
        for (Entry entry : read) {
            if (entry.kind() == Entry.Kind.STORED) {
                pending.add(entry);
            } else if (entry.kind() == Entry.Kind.LOG) {
                Outcome room = compare(entry, pending, wrong);
                outcome = room.compareTo(outcome) > 0 ? room : outcome;
                pending.clear();
            }
        }
        return wrong.isEmpty() ? outcome : Outcome.WRONG;
    }

    private Outcome compare(Entry log, List<Entry> messages, List<String> wrong) {
        Entry known = logs.get(log.room());
        if (known == null) {
            wrong.add(log.room() + " wasn't there before");
            return Outcome.WRONG;
        }
        boolean rotated = !known.epoch().equals(log.epoch());
        long due = 1;
        long last = 0;
        for (Entry message : messages) {
            Places.Place before = places.get(message.payload());
            if (message.seq() != due) {
                wrong.add(log.room() + " has " + message.seq() + " where " + due + " was");
            } else if (!rotated && !message.payload().equals(payloads.get(Places.Place.of(message)))) {
                wrong.add(Places.Place.of(message) + " is what was at " + before);
            } else if (before == null || !before.room().equals(message.room()) || before.seq() <= last) {
                // In a new epoch a message may have another place, but not another order.
                wrong.add(Places.Place.of(message) + " is what was at " + before + ", after one that was at " + last);
            } else {
                last = before.seq();
            }
            due = message.seq() + 1;
        }
        if (rotated) {
            return Outcome.ROTATED;
        }
        if (log.seq() != due - 1) {
            wrong.add(log.room() + " has the head " + log.seq() + ", but its log ends at " + (due - 1));
        }
        return due - 1 < known.seq() ? Outcome.SHORTER : Outcome.WHOLE;
    }
}
