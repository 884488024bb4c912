package io.magpie.gateway.engine.local;

import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Position;
import io.magpie.protocol.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Remembers which (sender, key) led to which message, for a span of time and up to a number of keys; the oldest go
 * first. Belongs to the shard of its engine.
 */
@OwnedBy(Owner.ROOM_SHARD)
final class DedupWindow {
    /** A key as it was seen in one log; the epoch names the log, so that a room's next log begins without memory. */
    private record Seen(String epoch, UserId from, String key) {}

    /** What it led to, and a check sum of the content, to tell a retry from another message. */
    record Entry(Position position, int length, long checksum, long atNanos) {
        boolean sameContent(Draft draft) {
            return length == draft.body().bytes().length && checksum == checksumOf(draft);
        }
    }

    private final long windowNanos;
    private final int maxKeys;
    private final Map<Seen, Entry> entries = new LinkedHashMap<>();

    DedupWindow(long windowNanos, int maxKeys) {
        this.windowNanos = windowNanos;
        this.maxKeys = maxKeys;
    }

    /** What this draft's key led to before, if it is remembered. Drafts without a key are never duplicates. */
    Optional<Entry> find(String epoch, Draft draft, long nowNanos) {
        if (draft.key() == null) {
            return Optional.empty();
        }
        Entry entry = entries.get(new Seen(epoch, draft.from().id(), draft.key()));
        return Optional.ofNullable(entry).filter(e -> nowNanos - e.atNanos() < windowNanos);
    }

    void remember(Draft draft, Position position, long nowNanos) {
        if (draft.key() == null) {
            return;
        }
        Seen seen = new Seen(position.epoch(), draft.from().id(), draft.key());
        entries.remove(seen);
        entries.put(seen, new Entry(position, draft.body().bytes().length, checksumOf(draft), nowNanos));
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            if (nowNanos - oldest.next().atNanos() < windowNanos && entries.size() <= maxKeys) {
                break;
            }
            oldest.remove();
        }
    }

    private static long checksumOf(Draft draft) {
        CRC32C crc = new CRC32C();
        crc.update(draft.body().bytes());
        return (crc.getValue() << 32) | (Objects.hash(draft.kind(), draft.body().getClass()) & 0xFFFF_FFFFL);
    }
}
