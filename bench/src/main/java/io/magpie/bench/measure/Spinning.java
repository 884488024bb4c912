package io.magpie.bench.measure;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Keeps the loop of the load awake: it looks for sockets to read again and again instead of sleeping until there are
 * some. Otherwise a server would pay for waking the load's processor, with every message that finds it asleep, and the
 * most where the load is fastest: in a virtual machine that can cost as much as the send itself. It also counts the time
 * in which the loop really had something to do, since a loop that never sleeps always seems busy.
 *
 * <p>Owner: the event loop of the load.
 */
public final class Spinning implements SelectStrategy {
    private long busyNanos;
    private long busySince;
    private boolean busy;

    @Override
    public int calculateStrategy(IntSupplier ready, boolean tasks) throws Exception {
        int sockets = ready.get();
        long now = System.nanoTime();
        if (busy) {
            busyNanos += now - busySince;
        }
        busy = tasks || sockets > 0;
        busySince = now;
        return Math.max(0, sockets);
    }

    /** How long the loop had something to do, up to its last look for sockets. */
    public long busyNanos() {
        return busyNanos;
    }
}
