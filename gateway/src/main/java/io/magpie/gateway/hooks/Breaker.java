package io.magpie.gateway.hooks;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps questions from a backend that fails. Closed, it lets all pass; after so many failures in a row it is open and lets
 * none pass for a while; then it is half open and lets one pass, whose outcome closes or opens it. Belongs to its holder.
 */
@OwnedBy(Owner.HOLDER)
final class Breaker {
    private final int most;
    private final long retryNanos;
    private final LongSupplier nanos;
    private int failures;
    private boolean open;
    private boolean probing;
    private long openedNanos;

    /**
     * @param most failures in a row that open it
     * @param retryAfter how long it stays open before one question tries
     * @param nanos a monotonic clock
     */
    Breaker(int most, Duration retryAfter, LongSupplier nanos) {
        this.most = most;
        this.retryNanos = retryAfter.toNanos();
        this.nanos = nanos;
    }

    /** Whether a question may be asked now; {@link #succeeded} or {@link #failed} must follow if it may. */
    boolean pass() {
        if (!open) {
            return true;
        }
        if (probing || waitNanos() > 0) {
            return false;
        }
        probing = true;
        return true;
    }

    /** The backend has answered, whatever the answer was. Says whether that closed an open breaker. */
    boolean succeeded() {
        boolean closes = open;
        open = false;
        probing = false;
        failures = 0;
        return closes;
    }

    /** The backend has not. Says whether that opened a closed breaker. */
    boolean failed() {
        if (open) {
            // Questions that were under way when it opened don't prolong it; the one that tries does.
            if (probing) {
                probing = false;
                openedNanos = nanos.getAsLong();
            }
            return false;
        }
        failures++;
        if (failures < most) {
            return false;
        }
        open = true;
        openedNanos = nanos.getAsLong();
        return true;
    }

    /** How long it lets nobody pass from now on; 0 or less if a question may try. */
    long waitNanos() {
        return open ? retryNanos - (nanos.getAsLong() - openedNanos) : 0;
    }
}
