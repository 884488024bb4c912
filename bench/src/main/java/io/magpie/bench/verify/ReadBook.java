package io.magpie.bench.verify;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * History pages that clients asked for while the run went on: each has to show all that was answered before it was
 * asked, and no client may see a room go back.
 *
 * <p>Owner: the {@link Checker}.
 */
final class ReadBook {
    /** A client that reads a room. */
    private record Reader(int client, String room) {}

    private final Findings findings;
    private final Places places;
    private final SendBook sends;
    private final Map<Reader, Entry> floors = new HashMap<>();
    private final Map<Reader, Entry> newest = new HashMap<>();
    private final Map<Reader, Entry> lastPaged = new HashMap<>();
    private long pages;

    ReadBook(Findings findings, Places places, SendBook sends) {
        this.findings = findings;
        this.places = places;
        this.sends = sends;
    }

    void read(Entry entry) {
        Reader reader = new Reader(entry.client(), entry.room());
        Entry floor = sends.newestOk(entry.room());
        if (floor == null) {
            floors.remove(reader);
        } else {
            floors.put(reader, floor);
        }
        lastPaged.remove(reader);
    }

    void paged(Entry entry) {
        places.seen(entry);
        Entry before = lastPaged.put(new Reader(entry.client(), entry.room()), entry);
        if (before != null && entry.seq() != before.seq() + 1) {
            findings.add(Check.HOLE, entry.who() + " got a page with " + entry.seq() + " after " + before.seq());
        }
    }

    void page(Entry entry) {
        pages++;
        Reader reader = new Reader(entry.client(), entry.room());
        fresh(entry, floors.get(reader), " had been answered");
        fresh(entry, newest.put(reader, entry), " had been read");
    }

    private void fresh(Entry page, @Nullable Entry floor, String what) {
        if (floor != null && floor.epoch().equals(page.epoch()) && page.seq() < floor.seq()) {
            findings.add(
                    Check.STALE,
                    page.who() + " got a page of " + page.room() + " up to " + page.seq() + " when " + floor.seq()
                            + what);
        }
    }

    long pages() {
        return pages;
    }
}
