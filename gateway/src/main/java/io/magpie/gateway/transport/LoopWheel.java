package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One clock for all that an event loop waits for: heartbeats, deadlines, close timeouts. It ticks once a second; an
 * entry stands in the slot of its next tick and is moved when that comes, so a connection costs one visit per interval
 * and no scheduled task (Varghese and Lauck, Hashed and Hierarchical Timing Wheels, 1987, scheme 6).
 *
 * <p>Time is counted in ticks that the loop has lived through. While the process is stopped or stalled no tick passes,
 * so waking up doesn't make every client look silent.
 *
 * <p>What is due at a tick is visited in chunks, each in a turn of the loop of its own, so that half a million
 * heartbeats don't hold up the messages. Time stands still until all are visited: a tick that comes before that isn't
 * counted.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LoopWheel {
    /** Something that wants to be visited. */
    interface Timed {
        /** Called at its tick; answers in how many ticks it wants the next visit, 0 or less for none. */
        long onTick(long now);

        /** Whether no visit matters any more, so that it may be forgotten before its time. */
        default boolean over() {
            return false;
        }
    }

    static final Duration TICK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(LoopWheel.class);
    private static final int SLOTS = 128;

    /** Entries visited in one turn of the loop. */
    static final int CHUNK = 512;

    /** Fewer than this aren't worth a walk through all slots. */
    private static final int MANY_OVER = 1_024;

    private static final int OVER_SHARE = 4;

    private final EventExecutor loop;
    private final LongConsumer lagNanos;
    private final List<List<Timed>> slots = new ArrayList<>(SLOTS);
    private List<Timed> due = List.of();
    private int visited;
    private int size;
    private int over;
    private long now;
    private long tickedNanos;

    /** @param lagNanos is told at each tick how late it is */
    LoopWheel(EventExecutor loop, LongConsumer lagNanos) {
        this.loop = loop;
        this.lagNanos = lagNanos;
        this.tickedNanos = nanoTime();
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
    }

    /** Begins to tick; any thread, once. */
    void start() {
        loop.execute(() -> {
            tickedNanos = nanoTime();
            loop.scheduleWithFixedDelay(this::tick, TICK.toNanos(), TICK.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    /** The number of ticks so far. */
    long now() {
        return now;
    }

    /** Visits an entry at the first tick that comes when the delay has passed. */
    void add(Timed entry, Duration delay) {
        assert loop.inEventLoop();
        insert(entry, due(delay) - now);
    }

    /**
     * The first tick that comes when a delay from here has passed. What is left of the second under way isn't a whole
     * one: a client that has a second, and begins just before a tick, must not lose it.
     */
    long due(Duration delay) {
        long gone = Math.max(0, Math.min(TICK.toNanos(), nanoTime() - tickedNanos));
        return now + ticks(delay.plusNanos(gone));
    }

    /**
     * An entry is over. When many are, all of them are forgotten at once: a crowd that comes and goes must not stay in
     * memory until its heartbeats would have been due.
     */
    void over() {
        assert loop.inEventLoop();
        over++;
        if (over >= MANY_OVER && over >= size / OVER_SHARE) {
            over = 0;
            size = 0;
            for (List<Timed> slot : slots) {
                slot.removeIf(Timed::over);
                size += slot.size();
            }
        }
    }

    /** How many entries there are. */
    int size() {
        return size;
    }

    /** How many ticks a span of time takes, at least one. */
    static long ticks(Duration span) {
        return Math.max(1, (span.toNanos() + TICK.toNanos() - 1) / TICK.toNanos());
    }

    private long nanoTime() {
        return loop.ticker().nanoTime();
    }

    private void insert(Timed entry, long delay) {
        // An entry that wants to sleep longer than a turn of the wheel is woken early and asks again.
        long step = Math.min(Math.max(1, delay), SLOTS - 1);
        slots.get((int) ((now + step) % SLOTS)).add(entry);
        size++;
    }

    private void tick() {
        long nanos = nanoTime();
        lagNanos.accept(nanos - tickedNanos - TICK.toNanos());
        tickedNanos = nanos;
        if (visited < due.size()) {
            return;
        }
        now++;
        int slot = (int) (now % SLOTS);
        due = slots.get(slot);
        slots.set(slot, new ArrayList<>(0));
        size -= due.size();
        visited = 0;
        visitChunk();
    }

    private void visitChunk() {
        int end = Math.min(due.size(), visited + CHUNK);
        while (visited < end) {
            visit(due.get(visited++));
        }
        if (visited < due.size()) {
            // Scheduled, not posted: a loop runs what is posted to it for up to a second before it looks at its
            // sockets.
            loop.schedule(this::visitChunk, 1, TimeUnit.NANOSECONDS);
        } else {
            due = List.of();
            visited = 0;
        }
    }

    /** An entry that fails, even with an error, must not stop the clock. */
    private void visit(Timed entry) {
        try {
            long delay = entry.onTick(now);
            if (delay > 0) {
                insert(entry, delay);
            }
        } catch (Throwable e) {
            LOG.error("wheel.visit-failed entry={}", entry, e);
        }
    }
}
