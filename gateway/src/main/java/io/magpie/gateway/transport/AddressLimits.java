package io.magpie.gateway.transport;

import io.magpie.gateway.config.EdgeConfig;
import io.magpie.gateway.support.AddressKey;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many connections each address has, and how fast it makes new ones. An IPv6 network of 64 bits counts as one address,
 * since one customer has it whole. Loopback is exempt: there are proxies and load benches. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class AddressLimits {
    /** What became of a newcomer. */
    enum Outcome {
        ENTERED,
        TOO_MANY,
        TOO_FAST
    }

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Fewer entries aren't worth a look. */
    private static final int MANY = 1_024;

    private final int most;
    private final double rate;
    private final LongSupplier nanos;
    private final ConcurrentMap<AddressKey, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep;

    /** One address; replaced, never changed. {@code room} is what it may connect at once, at a time. */
    private record Entry(int open, double room, long atNanos) {}

    /** @param nanos a monotonic clock */
    public AddressLimits(EdgeConfig config, LongSupplier nanos) {
        this.most = config.connectionsPerAddress();
        this.rate = config.connectsPerAddress();
        this.nanos = nanos;
        this.nextSweep = new AtomicLong(nanos.getAsLong() + SWEEP_NANOS);
    }

    /** A connection comes. Who entered gives its place back with {@link #leave}. */
    Outcome enter(InetAddress address) {
        if (exempt(address)) {
            return Outcome.ENTERED;
        }
        long now = nanos.getAsLong();
        sweep(now);
        Outcome[] outcome = {Outcome.ENTERED};
        entries.compute(AddressKey.of(address), (key, known) -> {
            Entry entry = known == null ? new Entry(0, 2 * rate, now) : refilled(known, now);
            if (most > 0 && entry.open() >= most) {
                outcome[0] = Outcome.TOO_MANY;
                return entry;
            } else if (rate > 0 && entry.room() < 1) {
                outcome[0] = Outcome.TOO_FAST;
                return entry;
            }
            outcome[0] = Outcome.ENTERED;
            return new Entry(entry.open() + 1, Math.max(0, entry.room() - 1), now);
        });
        return outcome[0];
    }

    /** A connection that entered has gone. */
    void leave(InetAddress address) {
        if (exempt(address)) {
            return;
        }
        long now = nanos.getAsLong();
        entries.computeIfPresent(AddressKey.of(address), (key, known) -> {
            Entry entry = refilled(known, now);
            return forgettable(entry, 1) ? null : new Entry(entry.open() - 1, entry.room(), now);
        });
    }

    /** Addresses that are remembered. */
    int size() {
        return entries.size();
    }

    private boolean exempt(InetAddress address) {
        return (most == 0 && rate == 0) || address.isLoopbackAddress();
    }

    private Entry refilled(Entry entry, long now) {
        double room = Math.min(2 * rate, entry.room() + rate * (now - entry.atNanos()) / NANOS);
        return new Entry(entry.open(), room, now);
    }

    private boolean forgettable(Entry entry, int leaving) {
        return entry.open() <= leaving && entry.room() >= 2 * rate;
    }

    /** Forgets those who left in a hurry; now and then, by who happens to come. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (entries.size() > MANY && now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP_NANOS)) {
            entries.values().removeIf(entry -> forgettable(refilled(entry, now), 0));
        }
    }
}
