package io.magpie.bench.simulate;

import io.magpie.bench.idle.PhoneBytes;
import io.magpie.protocol.RoomId;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a simulation. Grown by the main thread; told by event loops who has arrived or gone, so all its state
 * is atomic.
 */
final class Population {
    /** Clients that may be on their way in at a time: they queue on the loops, so not too many. */
    private static final int IN_FLIGHT = 256;

    private static final long POLL_NANOS = 200_000;
    private static final long STALLED_NANOS = 60_000_000_000L;

    private final SimulatedListener listener;
    private final Map<EventLoop, LoopTally> tallies = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    /** Clients that enter the same room. Immutable but for the first of them, who speaks for all. */
    static final class Group {
        private final Population population;
        private final RoomId room;
        private final byte[] connect;
        private final AtomicReference<@Nullable SimulatedChannel> speaker = new AtomicReference<>();

        private Group(Population population, RoomId room) {
            this.population = population;
            this.room = room;
            this.connect = PhoneBytes.connect(List.of(room));
        }

        Population population() {
            return population;
        }

        RoomId room() {
            return room;
        }

        /** The frame with which its clients enter; shared, so nobody may change it. */
        byte[] connect() {
            return connect;
        }

        /** The first client of the group. */
        SimulatedChannel speaker() {
            SimulatedChannel first = speaker.get();
            if (first == null) {
                throw new IllegalStateException("nobody is in " + room);
            }
            return first;
        }
    }

    Population(SimulatedListener listener) {
        this.listener = listener;
    }

    /** A group that has nobody yet. */
    Group group(String room) {
        return new Group(this, new RoomId(room));
    }

    /**
     * Lets clients in until the whole population has grown to a size.
     *
     * @param progress told how many are in
     * @throws IllegalStateException if one can't get in; the message says why
     */
    void grow(Group group, int size, IntConsumer progress) {
        long changed = System.nanoTime();
        int before = -1;
        while (arrived.get() < size) {
            while (opened.get() < size && opened.get() - arrived.get() < IN_FLIGHT) {
                SimulatedChannel client = new SimulatedChannel(group);
                group.speaker.compareAndSet(null, client);
                opened.incrementAndGet();
                listener.accept(client);
            }
            LockSupport.parkNanos(POLL_NANOS);
            check();
            int now = arrived.get();
            changed = now == before ? changed : System.nanoTime();
            before = now;
            if (System.nanoTime() - changed > STALLED_NANOS) {
                throw new IllegalStateException("no client came in for a minute, after " + now);
            }
            progress.accept(now);
        }
    }

    /** How many are in. */
    int size() {
        return arrived.get() - gone.get();
    }

    /** Fails if a client failed or was closed. */
    void check() {
        String reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException("a client failed: " + reason);
        }
        if (gone.get() > 0) {
            throw new IllegalStateException(gone.get() + " clients were closed by the server");
        }
    }

    /** The tally of a loop that has clients. */
    LoopTally tally(EventLoop loop) {
        return tallies.computeIfAbsent(loop, key -> new LoopTally(key, System::nanoTime));
    }

    /** All loops that have clients. */
    Map<EventLoop, LoopTally> tallies() {
        return tallies;
    }

    void arrived() {
        arrived.incrementAndGet();
    }

    void left() {
        gone.incrementAndGet();
    }

    void failed(String reason) {
        failure.compareAndSet(null, reason);
    }
}
