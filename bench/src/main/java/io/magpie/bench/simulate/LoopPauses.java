package io.magpie.bench.simulate;

import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * How long an event loop lets a new task wait, found by tasks that somebody else posts to it. At most one is under way:
 * while it waits, its age counts too. Any thread.
 */
final class LoopPauses {
    private static final int DIGITS = 3;
    private static final long NONE = Long.MIN_VALUE;

    private final LongSupplier clock;
    private final Histogram waits = new Histogram(DIGITS);
    private long posted = NONE;

    /** @param clock monotonic nanoseconds */
    LoopPauses(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether a task should be posted now; if so, it counts from now, and must call {@link #ran}. */
    synchronized boolean due() {
        if (posted != NONE) {
            return false;
        }
        posted = clock.getAsLong();
        return true;
    }

    /** The posted task runs. */
    synchronized void ran() {
        waits.recordValue(Math.max(0, clock.getAsLong() - posted));
        posted = NONE;
    }

    /** Nothing was posted after all: the loop refused it. */
    synchronized void refused() {
        posted = NONE;
    }

    /** All waits so far, in nanoseconds, with that of the task that still waits; begins anew, and so does its wait. */
    synchronized Histogram take() {
        Histogram all = waits.copy();
        waits.reset();
        if (posted != NONE) {
            long now = clock.getAsLong();
            all.recordValue(Math.max(0, now - posted));
            posted = now;
        }
        return all;
    }
}
