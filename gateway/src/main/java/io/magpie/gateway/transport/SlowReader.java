package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.ArrayList;
import java.util.List;

/** A connection above its high-water mark: who waits until it takes bytes again, and when it last did. */
@OwnedBy(Owner.EVENT_LOOP)
final class SlowReader {
    private final ChannelConnection connection;
    private final List<Runnable> waiting = new ArrayList<>(1);
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

    /** The reader is quick again: those who wait go on, each in a turn of its own. */
    void resume() {
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
