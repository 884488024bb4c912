package io.magpie.gateway.transport;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections of a kind there are, and whether one more may come. Any thread. */
@OwnedBy(Owner.ANY_THREAD)
public final class Admission {
    /** Added at the end, so that no place is left; far from overflow with the highest limit. */
    private static final int SHUT = 1 << 30;

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean shut = new AtomicBoolean();

    /** @param limit connections at a time, at most 10,000,000 */
    public Admission(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false if there is none. Who got one gives it back with {@link #leave}. */
    boolean enter() {
        if (taken.incrementAndGet() <= limit) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void leave() {
        taken.decrementAndGet();
    }

    /** Refuses everybody from now on. */
    public void shut() {
        if (shut.compareAndSet(false, true)) {
            taken.addAndGet(SHUT);
        }
    }

    /** Whether a new connection would be taken. */
    public boolean open() {
        return taken.get() < limit;
    }
}
