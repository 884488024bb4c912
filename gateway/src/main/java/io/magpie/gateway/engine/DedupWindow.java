package io.magpie.gateway.engine;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.Position;
import io.magpie.protocol.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Remembers which (sender, key) led to which message, for a span of time and up to a number of keys; the oldest go
 * first.
 */
@OwnedBy(Owner.ENGINE)
public final class DedupWindow {
    /** A key as it was seen in one log; the epoch names the log, so that a room's next log begins without memory. */
    private record Seen(String epoch, UserId from, String key) {
        /** As the record's own would, but quick in code that isn't compiled yet: a start remembers all keys of a log. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Seen seen
                    && key.equals(seen.key)
                    && from.equals(seen.from)
                    && epoch.equals(seen.epoch);
        }

        @Override
        public int hashCode() {
            return (epoch.hashCode() * 31 + from.hashCode()) * 31 + key.hashCode();
        }
    }

    /**
     * What it led to, and a check sum of the content, to tell a retry from another message.
     *
     * @param atNanos when, on the monotonic clock of the engine
     */
    public record Entry(Position position, int length, long checksum, long atNanos) {
        /** What a draft would lead to that is stored at a position now. */
        public static Entry of(Draft draft, Position position, long nowNanos) {
            return new Entry(position, draft.body().bytes().length, checksumOf(draft), nowNanos);
        }

        /** Whether the draft says the same as the one that was stored. */
        public boolean sameContent(Draft draft) {
            return length == draft.body().bytes().length && checksum == checksumOf(draft);
        }
    }

    private final long windowNanos;
    private final int maxKeys;
    private final Map<Seen, Entry> entries = new LinkedHashMap<>();

    public DedupWindow(long windowNanos, int maxKeys) {
        this.windowNanos = windowNanos;
        this.maxKeys = maxKeys;
    }

    /** What this draft's key led to before, if it is remembered. Drafts without a key are never duplicates. */
    public Optional<Entry> find(String epoch, Draft draft, long nowNanos) {
        if (draft.key() == null) {
            return Optional.empty();
        }
        Entry entry = entries.get(new Seen(epoch, draft.from().id(), draft.key()));
        return Optional.ofNullable(entry).filter(e -> nowNanos - e.atNanos() < windowNanos);
    }

    /** Keeps what a draft led to, if it has a key. */
    public void remember(Draft draft, Position position, long nowNanos) {
        if (draft.key() != null) {
            remember(draft.from().id(), draft.key(), Entry.of(draft, position, nowNanos), nowNanos);
        }
    }

    /** Keeps what a key led to; entries come in the order of their times. */
    public void remember(UserId from, String key, Entry entry, long nowNanos) {
        Seen seen = new Seen(entry.position().epoch(), from, key);
        entries.remove(seen);
        entries.put(seen, entry);
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            if (nowNanos - oldest.next().atNanos() < windowNanos && entries.size() <= maxKeys) {
                break;
            }
            oldest.remove();
        }
    }

    /** Takes back what a draft led to, because it came to nothing. */
    public void forget(String epoch, Draft draft) {
        if (draft.key() != null) {
            entries.remove(new Seen(epoch, draft.from().id(), draft.key()));
        }
    }

    private static long checksumOf(Draft draft) {
        CRC32C crc = new CRC32C();
        crc.update(draft.body().bytes());
        int kind = draft.kind() == null ? 0 : draft.kind().hashCode();
        return (crc.getValue() << 32) | ((31L * kind + form(draft.body())) & 0xFFFF_FFFFL);
    }

    /** The same in every process: the sum is kept across restarts. */
    private static int form(Body body) {
        if (body instanceof Body.Json) {
            return 1;
        } else if (body instanceof Body.Cbor) {
            return 2;
        }
        return body instanceof Body.Text ? 3 : 4;
    }
}
