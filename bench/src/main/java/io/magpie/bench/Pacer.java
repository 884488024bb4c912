package io.magpie.bench;

import java.util.function.LongSupplier;

/**
 * Sends one loop's share of a {@link Schedule}: everything that is due, however late, and nothing before its time.
 *
 * <p>Owner: one event loop, which calls {@link #runDue()} and comes back when told.
 */
final class Pacer {
    /** What {@link #runDue()} returns when all has been sent. */
    static final long DONE = -1;

    /** The most messages of one turn, so that a loop that is behind still reads. */
    static final int BURST = 256;

    /** Takes what is due. */
    interface Sink {
        /**
         * Sends one message.
         *
         * @param turn 0, 1, 2 … within this loop's share
         * @param intended when it should have been sent
         * @param now when it is sent; {@code now - intended} is the bench's own lag
         */
        void send(long turn, long intended, long now);
    }

    private final Schedule schedule;
    private final int loops;
    private final LongSupplier clock;
    private final Sink sink;
    private long next;
    private long turn;

    /** The share of loop {@code loop}: every {@code loops}th message. */
    Pacer(Schedule schedule, int loop, int loops, LongSupplier clock, Sink sink) {
        this.schedule = schedule;
        this.loops = loops;
        this.clock = clock;
        this.sink = sink;
        this.next = loop;
    }

    /**
     * Sends what is due, at most {@link #BURST} messages.
     *
     * @return nanoseconds until the next message is due, 0 if more is due already, or {@link #DONE}
     */
    long runDue() {
        for (int i = 0; i < BURST && next < schedule.total(); i++) {
            long intended = schedule.intended(next);
            long now = clock.getAsLong();
            if (intended - now > 0) {
                return intended - now;
            }
            sink.send(turn++, intended, now);
            next += loops;
        }
        return next < schedule.total() ? 0 : DONE;
    }
}
