package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection above its high-water mark: what waits until it takes bytes again, and when it last did. */
@OwnedBy(Owner.EVENT_LOOP)
final class SlowReader {
    private final ChannelConnection connection;
    private final List<Runnable> waiting = new ArrayList<>(1);

    /** The last ping of those that came meanwhile, or null. */
    private byte @Nullable [] ping;

    private long drained;
    private long progressAt;

    SlowReader(ChannelConnection connection, long now) {
        this.connection = connection;
        this.drained = connection.drained();
        this.progressAt = now;
    }

    ChannelConnection connection() {
        return connection;
    }

    void await(Runnable task) {
        waiting.add(task);
    }

    /** A ping came that can't be answered yet; those before it don't count any more. */
    void pinged(byte[] payload) {
        ping = payload;
    }

    /** The reader is quick again: those who wait go on, each in a turn of its own. */
    void resume() {
        if (ping != null) {
            connection.onPing(Unpooled.wrappedBuffer(ping));
        }
        waiting.forEach(connection.loop()::post);
    }

    /** Whether the client has read nothing for so many ticks; called at each. */
    boolean stalled(long now, long limit) {
        long seen = connection.drained();
        if (seen > drained) {
            progressAt = now;
        }
        drained = seen;
        return now - progressAt >= limit;
    }
}
