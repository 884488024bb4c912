package io.magpie.bench.simulate;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the clients of one event loop have received: the messages of a broadcast with the time of the first and the
 * last, and pings, which are answered by a task of the loop.
 *
 * <p>Owner: the event loop; the counts may be read by any thread, and the times by a thread that has read the last
 * receipt's count.
 */
final class LoopTally {
    /** Pongs in one task: the clients must not hold up the loop themselves. */
    private static final int CHUNK = 64;

    private final EventExecutor loop;
    private final LongSupplier clock;
    private final Queue<SimulatedChannel> pinged = new ArrayDeque<>();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicLong pings = new AtomicLong();
    private int round;
    private int doubled;
    private long firstNanos;
    private long lastNanos;

    LoopTally(EventExecutor loop, LongSupplier clock) {
        this.loop = loop;
        this.clock = clock;
    }

    /** A round begins: counts from zero. On the loop. */
    void begin(int number) {
        round = number;
        doubled = 0;
        received.setRelease(0);
    }

    /** A client got a message. */
    void received(SimulatedChannel client) {
        if (!client.first(round)) {
            doubled++;
            return;
        }
        lastNanos = clock.getAsLong();
        int count = received.getPlain();
        if (count == 0) {
            firstNanos = lastNanos;
        }
        received.setRelease(count + 1);
    }

    /** A client got a ping. */
    void pinged(SimulatedChannel client) {
        pings.setRelease(pings.getPlain() + 1);
        pinged.add(client);
        if (pinged.size() == 1) {
            loop.execute(this::answer);
        }
    }

    private void answer() {
        for (int i = 0; i < CHUNK && !pinged.isEmpty(); i++) {
            pinged.remove().pong();
        }
        if (!pinged.isEmpty()) {
            loop.execute(this::answer);
        }
    }

    /** Clients that got the message of this round. */
    int received() {
        return received.getAcquire();
    }

    /** Messages that a client had already. */
    int doubled() {
        return doubled;
    }

    /** When the first of this loop's clients got the message; means nothing if none did. */
    long firstNanos() {
        return firstNanos;
    }

    /** When the last did. */
    long lastNanos() {
        return lastNanos;
    }

    /** Pings so far. */
    long pings() {
        return pings.getAcquire();
    }
}
