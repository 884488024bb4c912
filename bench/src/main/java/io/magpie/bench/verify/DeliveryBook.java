package io.magpie.bench.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each client is in its rooms, and whether all that it was told fits to that.
 *
 * <p>Owner: the {@link Checker}.
 */
final class DeliveryBook {
    private static final String NO_SUCH = "";

    /** A client in a room. */
    private record Seat(int client, String room) {}

    /** How far a client is; mutable. */
    private static final class Cursor {
        String epoch = NO_SUCH;
        long seq;
        long at;

        /** Where a trimmed resume left off, until its gap comes; -1 if none is due. */
        long torn = -1;
    }

    private final Findings findings;
    private final Places places;
    private final Map<Seat, Cursor> cursors = new HashMap<>();
    private final List<Entry> gaps = new ArrayList<>();
    private Map<Seat, Long> settled = Map.of();
    private long delivered;
    private long resumes;
    private long unrecovered;

    DeliveryBook(Findings findings, Places places) {
        this.findings = findings;
        this.places = places;
    }

    void entered(Entry entry) {
        Seat seat = new Seat(entry.client(), entry.room());
        Cursor cursor = cursors.get(seat);
        if (cursor == null) {
            cursor = new Cursor();
            cursors.put(seat, cursor);
            jump(cursor, entry);
        } else if (entry.note().equals(Entry.FRESH)) {
            findings.add(Check.UNJUSTIFIED, entry.who() + " was in " + entry.room() + " and resumed nothing");
            jump(cursor, entry);
        } else {
            resumes++;
            resumed(cursor, entry);
        }
    }

    private void resumed(Cursor cursor, Entry entry) {
        boolean sameLog = cursor.epoch.equals(entry.epoch());
        boolean recovered = entry.note().equals(Entry.RECOVERED);
        boolean justified = switch (entry.note()) {
            case Entry.RECOVERED -> sameLog && entry.seq() >= cursor.seq;
            case "epoch" -> !sameLog;
            case "ahead" -> sameLog && entry.seq() < cursor.seq;
            case "trimmed" -> sameLog && entry.seq() > cursor.seq;
            default -> false;
        };
        if (!justified) {
            findings.add(
                    Check.UNJUSTIFIED,
                    entry.who() + " was at " + cursor.epoch + "/" + cursor.seq + " of "
                            + entry.room() + ", whose head is " + entry.epoch() + "/" + entry.seq() + ", and was told "
                            + entry.note());
        }
        if (!recovered) {
            unrecovered++;
            long left = cursor.seq;
            jump(cursor, entry);
            cursor.torn = entry.note().equals("trimmed") ? left : -1;
        }
    }

    private static void jump(Cursor cursor, Entry entry) {
        cursor.epoch = entry.epoch();
        cursor.seq = entry.seq();
        cursor.at = 0;
        cursor.torn = -1;
    }

    void delivered(Entry entry) {
        Cursor cursor = cursors.get(new Seat(entry.client(), entry.room()));
        if (cursor == null) {
            findings.add(Check.BREACH, entry.who() + " isn't in " + entry.room() + " and got a message of it");
            return;
        }
        delivered++;
        places.seen(entry);
        String what = entry.who() + " got " + entry.seq() + " of " + entry.room() + " (" + entry.payload() + ") when ";
        if (cursor.torn >= 0) {
            findings.add(Check.SKIPPED, what + "it was owed the gap after " + cursor.torn);
            cursor.torn = -1;
        }
        if (entry.seq() <= cursor.seq) {
            findings.add(Check.REPEATED, what + "it had " + cursor.seq + " already");
            return;
        }
        if (entry.seq() > cursor.seq + 1) {
            findings.add(Check.SKIPPED, what + (cursor.seq + 1) + " was due");
        }
        if (entry.at() < cursor.at) {
            findings.add(Check.BACKWARDS, what + "the one before was " + (cursor.at - entry.at()) + " ms younger");
        }
        cursor.seq = entry.seq();
        cursor.at = entry.at();
    }

    void gap(Entry entry) {
        Cursor cursor = cursors.get(new Seat(entry.client(), entry.room()));
        if (cursor == null) {
            findings.add(Check.BREACH, entry.who() + " isn't in " + entry.room() + " and got a gap of it");
            return;
        }
        long due = (cursor.torn >= 0 ? cursor.torn : cursor.seq) + 1;
        if (entry.seq() != due) {
            findings.add(Check.SKIPPED, entry.who() + " got a gap from " + entry.seq() + " when " + due + " was due");
        }
        cursor.torn = -1;
        cursor.seq = Math.max(cursor.seq, entry.at());
        gaps.add(new Entry(
                entry.t(),
                entry.kind(),
                entry.client(),
                entry.connection(),
                entry.room(),
                cursor.epoch,
                entry.seq(),
                entry.at(),
                "",
                entry.note()));
    }

    /** Everybody should have everything now. */
    void settle() {
        Map<Seat, Long> now = new HashMap<>();
        cursors.forEach((seat, cursor) -> now.put(seat, cursor.seq));
        settled = now;
    }

    long deliveries() {
        return delivered;
    }

    long resumes() {
        return resumes;
    }

    long unrecovered() {
        return unrecovered;
    }

    long gaps() {
        return gaps.size();
    }

    /** Compares with the final logs. */
    void finish(Logs logs) {
        for (Entry gap : gaps) {
            Logs.Log log = logs.log(gap.room());
            if (log != null && log.covers(gap.epoch(), gap.at())) {
                findings.add(
                        Check.UNJUSTIFIED,
                        gap.who() + " was told that " + gap.seq() + " to " + gap.at() + " of " + gap.room()
                                + " are gone (" + gap.note() + "), but the log has them");
            }
        }
        cursors.forEach((seat, cursor) -> {
            Logs.Log log = logs.log(seat.room());
            if (log != null) {
                caughtUp(seat, cursor, settled.get(seat), log);
            }
        });
    }

    private void caughtUp(Seat seat, Cursor cursor, @Nullable Long reached, Logs.Log log) {
        if (reached == null || reached < log.head() || !cursor.epoch.equals(log.epoch())) {
            findings.add(
                    Check.BEHIND,
                    "client " + seat.client() + " was at " + reached + " of " + seat.room() + " (epoch " + cursor.epoch
                            + ") when the head was " + log.head() + " (epoch " + log.epoch() + ")");
        }
    }
}
