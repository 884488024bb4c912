package io.magpie.bench.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which message has which place, as anybody ever saw it; and what was sent at all.
 *
 * <p>Owner: the {@link Checker}.
 */
final class Places {
    /** A place in a room's log. */
    record Place(String room, String epoch, long seq) {
        static Place of(Entry entry) {
            return new Place(entry.room(), entry.epoch(), entry.seq());
        }

        @Override
        public String toString() {
            return room + " " + epoch + "/" + seq;
        }
    }

    private final Findings findings;
    private final Set<String> sent = new HashSet<>();
    private final Map<Place, String> payloads = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    Places(Findings findings) {
        this.findings = findings;
    }

    void sent(String payload) {
        sent.add(payload);
    }

    /** Somebody saw a message at a place. */
    void seen(Entry entry) {
        String payload = entry.payload();
        Place place = Place.of(entry);
        if (!sent.contains(payload)) {
            findings.add(Check.UNEXPECTED, place + " is " + payload + " for " + entry.who() + ", which nobody sent");
            return;
        }
        String known = payloads.putIfAbsent(place, payload);
        if (known != null && !known.equals(payload)) {
            findings.add(Check.FORKED, place + " is " + known + " and, for " + entry.who() + ", " + payload);
            return;
        }
        Place first = places.putIfAbsent(payload, place);
        if (first != null && !first.equals(place)) {
            findings.add(Check.DUPLICATED, payload + " is at " + first + " and at " + place + " (" + entry.who() + ")");
        }
    }

    /** What was seen at places, and where first. */
    Map<String, Place> places() {
        return places;
    }

    /** Where a message was seen first; null if nowhere. */
    @Nullable
    Place placeOf(String payload) {
        return places.get(payload);
    }
}
