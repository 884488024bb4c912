package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Connections of one loop that have to leave, each at a time of its own: evenly over a span, so that they don't all come
 * back, here or elsewhere, in the same second. They are told beforehand when their time is.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Departure {
    private static final long STEP_MILLIS = 50;

    /** Connections that are told in one turn of the loop. */
    private static final int CHUNK = 512;

    private final EventExecutor loop;
    private final List<ChannelConnection> leaving;
    private final long spanMillis;
    private final String reason;
    private final Promise<Void> done;
    private final long begun;
    private int told;
    private int closed;

    /** @param leaving in the order in which they go */
    Departure(EventExecutor loop, List<ChannelConnection> leaving, Duration span, String reason) {
        this.loop = loop;
        this.leaving = leaving;
        this.spanMillis = span.toMillis();
        this.reason = reason;
        this.done = loop.newPromise();
        this.begun = loop.ticker().nanoTime();
    }

    /** Begins; on the loop. The future is done when all have gone. */
    Future<Void> begin() {
        tell();
        step();
        return done;
    }

    private void tell() {
        assert loop.inEventLoop();
        int end = Math.min(leaving.size(), told + CHUNK);
        for (; told < end; told++) {
            long left = Math.max(0, slot(told) - elapsed());
            leaving.get(told).session().ifPresent(session -> session.onLeaving(left, reason));
        }
        if (told < leaving.size()) {
            loop.execute(this::tell);
        }
    }

    /** Closes those whose time has come. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void step() {
        assert loop.inEventLoop();
        long now = elapsed();
        while (closed < told && slot(closed) <= now) {
            leaving.get(closed++).close(CloseCode.RESTART, reason);
        }
        boolean gone = leaving.subList(closed, leaving.size()).stream().noneMatch(ChannelConnection::open);
        if (gone) {
            done.trySuccess(null);
        } else {
            loop.schedule(this::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private long slot(int index) {
        return spanMillis * (index + 1) / leaving.size();
    }

    private long elapsed() {
        return TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - begun);
    }
}
