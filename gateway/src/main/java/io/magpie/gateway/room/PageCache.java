package io.magpie.gateway.room;

import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.ByteBuf;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Pages of rooms' tails as they were encoded last, so that many members who are behind at the same place cost one
 * encoding. Bounded in bytes; what was used longest ago goes first. Belongs to a shard and holds one reference to each
 * page.
 */
@OwnedBy(Owner.ROOM_SHARD)
final class PageCache {
    /** Which bytes: the messages {@code from} to {@code to} of a room, in a format. */
    record Key(RoomBacklog room, FrameFormat format, long from, long to) {}

    private final long maxBytes;
    private final Map<Key, ByteBuf> pages = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    PageCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A page, encoded now if it isn't kept; the caller gets a reference of its own. */
    ByteBuf get(Key key, Supplier<ByteBuf> encode) {
        ByteBuf kept = pages.get(key);
        if (kept == null) {
            kept = encode.get();
            pages.put(key, kept);
            bytes += kept.readableBytes();
        }
        ByteBuf page = kept.retainedDuplicate();
        trim(maxBytes);
        return page;
    }

    /** Lets go of a room's pages. */
    void forget(RoomBacklog room) {
        Iterator<Map.Entry<Key, ByteBuf>> all = pages.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Key, ByteBuf> entry = all.next();
            if (entry.getKey().room() == room) {
                release(entry.getValue(), all);
            }
        }
    }

    /** Lets go of all pages. */
    void clear() {
        trim(0);
    }

    long bytes() {
        return bytes;
    }

    private void trim(long most) {
        Iterator<ByteBuf> oldest = pages.values().iterator();
        while (bytes > most && oldest.hasNext()) {
            release(oldest.next(), oldest);
        }
    }

    private void release(ByteBuf page, Iterator<?> at) {
        bytes -= page.readableBytes();
        page.release();
        at.remove();
    }
}
