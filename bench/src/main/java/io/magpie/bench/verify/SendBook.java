package io.magpie.bench.verify;

import io.magpie.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of each send.
 *
 * <p>Owner: the {@link Checker}.
 */
final class SendBook {
    /** Answers after which nobody knows whether the message was stored. */
    private static final Set<String> OPEN_ERRORS =
            Set.of(ErrorCode.TIMEOUT.wireName(), ErrorCode.UNAVAILABLE.wireName(), ErrorCode.INTERNAL.wireName());

    /** A message on its way; mutable, as its answers come. */
    private static final class Sent {
        final String room;
        final @Nullable Entry floor;
        long connection;
        long order;
        int attemptsHere;
        int attempts;
        int refusals;

        @Nullable
        Entry ok;

        Sent(String room, @Nullable Entry floor) {
            this.room = room;
            this.floor = floor;
        }
    }

    /** One connection's sends to one room. */
    private record Line(long connection, String room, String epoch) {}

    private final Findings findings;
    private final Places places;
    private final Map<String, Sent> sends = new HashMap<>();
    private final Map<String, Entry> newestOk = new HashMap<>();
    private final Map<Line, TreeMap<Long, Entry>> lines = new HashMap<>();
    private long orders;
    private long answered;

    SendBook(Findings findings, Places places) {
        this.findings = findings;
        this.places = places;
    }

    void send(Entry entry) {
        places.sent(entry.payload());
        Sent sent =
                sends.computeIfAbsent(entry.payload(), payload -> new Sent(entry.room(), newestOk.get(entry.room())));
        sent.attempts++;
        sent.attemptsHere = sent.connection == entry.connection() ? sent.attemptsHere + 1 : 1;
        sent.connection = entry.connection();
        sent.order = ++orders;
    }

    void ok(Entry entry) {
        Sent sent = sends.get(entry.payload());
        if (sent == null) {
            findings.add(Check.UNEXPECTED, entry.who() + " got an ok for " + entry.payload() + ", which nobody sent");
            return;
        }
        places.seen(entry);
        Entry before = sent.ok;
        if (before != null && !samePlace(before, entry)) {
            findings.add(
                    Check.MISPLACED, entry.payload() + " was answered " + place(before) + " and then " + place(entry));
        }
        if (before == null) {
            answered++;
            sent.ok = entry;
        }
        boolean again = entry.note().contains(Entry.DUPLICATE);
        if (!again) {
            realTime(sent, entry);
            line(sent, entry);
        }
        if (!entry.note().contains(Entry.EATEN)) {
            newestOk.merge(entry.room(), entry, SendBook::newer);
        }
    }

    void refused(Entry entry) {
        Sent sent = sends.get(entry.payload());
        if (sent != null && !OPEN_ERRORS.contains(entry.note())) {
            sent.refusals++;
        }
        boolean passes = ErrorCode.ofWireName(entry.note())
                .map(code -> code.retryable() || code == ErrorCode.INTERNAL)
                .orElse(false);
        if (!passes) {
            findings.add(Check.REFUSED, entry.who() + ": " + entry.payload() + " was refused with " + entry.note());
        }
    }

    /** The newest message of a room that a client knows to be stored. */
    @Nullable
    Entry newestOk(String room) {
        return newestOk.get(room);
    }

    long sent() {
        return sends.size();
    }

    long answered() {
        return answered;
    }

    /** Compares with the final logs. */
    void finish(Logs logs) {
        sends.forEach((payload, sent) -> {
            Logs.Log log = logs.log(sent.room);
            if (log != null) {
                finish(payload, sent, logs.of(payload), log);
            } else {
                findings.doubt("the final log of " + sent.room + " couldn't be read to its end");
            }
        });
        places.places().forEach((payload, place) -> {
            Sent sent = sends.get(payload);
            Logs.Log log = logs.log(place.room());
            boolean known = sent != null && sent.ok != null;
            if (!known && log != null && logs.of(payload) == null && !log.trimmed(place)) {
                findings.add(
                        Check.LOST,
                        payload + " was delivered at " + place + " and isn't in the final log, which " + text(log));
            }
        });
    }

    private void finish(String payload, Sent sent, @Nullable Entry stored, Logs.Log log) {
        Entry ok = sent.ok;
        if (ok != null && stored == null && !log.trimmed(Places.Place.of(ok))) {
            findings.add(
                    Check.LOST,
                    payload + " was answered ok at " + place(ok) + " and isn't in the final log, which " + text(log));
        } else if (ok != null && stored != null && !samePlace(ok, stored)) {
            findings.add(
                    Check.MISPLACED, payload + " was answered " + place(ok) + " and is stored at " + place(stored));
        } else if (ok == null && stored != null && sent.refusals == sent.attempts) {
            findings.add(Check.PHANTOM, payload + " was refused and is stored at " + place(stored));
        }
    }

    /** What was answered before this was sent has to be before it. */
    private void realTime(Sent sent, Entry ok) {
        Entry floor = sent.floor;
        if (floor != null && floor.epoch().equals(ok.epoch()) && ok.seq() <= floor.seq()) {
            findings.add(
                    Check.REORDERED,
                    ok.payload() + " got seq " + ok.seq() + " of " + ok.room() + ", but was sent after " + floor.seq()
                            + " was answered");
        }
    }

    /** A message that was sent once on a connection is in the order of that connection's sends. */
    private void line(Sent sent, Entry ok) {
        if (sent.connection != ok.connection() || sent.attemptsHere != 1) {
            return;
        }
        TreeMap<Long, Entry> line =
                lines.computeIfAbsent(new Line(ok.connection(), ok.room(), ok.epoch()), key -> new TreeMap<>());
        Map.Entry<Long, Entry> earlier = line.lowerEntry(sent.order);
        Map.Entry<Long, Entry> later = line.higherEntry(sent.order);
        if (earlier != null && earlier.getValue().seq() > ok.seq()) {
            findings.add(
                    Check.REORDERED, ok.who() + " sent " + earlier.getValue().payload() + " before " + ok.payload());
        }
        if (later != null && later.getValue().seq() < ok.seq()) {
            findings.add(
                    Check.REORDERED,
                    ok.who() + " sent " + ok.payload() + " before "
                            + later.getValue().payload());
        }
        line.put(sent.order, ok);
    }

    private static Entry newer(Entry one, Entry other) {
        return one.epoch().equals(other.epoch()) && one.seq() > other.seq() ? one : other;
    }

    private static boolean samePlace(Entry one, Entry other) {
        return one.epoch().equals(other.epoch()) && one.seq() == other.seq() && one.at() == other.at();
    }

    private static String place(Entry entry) {
        return entry.epoch() + "/" + entry.seq() + " of " + entry.at() + " ms";
    }

    private static String text(Logs.Log log) {
        return "has " + log.first() + " to " + log.head() + " of epoch " + log.epoch();
    }
}
