package io.magpie.gateway.support;

import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.concurrent.TimeUnit;

/** Lets through so many in a second, and twice as many at once after a pause. */
@OwnedBy(Owner.HOLDER)
public final class TokenBucket {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is missing of a millisecond only because of how numbers are kept. */
    private static final double ROUNDING = 1e-6;

    private final double rate;
    private double tokens;
    private long atNanos;

    /**
     * A bucket that is full.
     *
     * @param perSecond above 0
     */
    public TokenBucket(int perSecond, long nowNanos) {
        this.rate = perSecond;
        this.tokens = 2 * rate;
        this.atNanos = nowNanos;
    }

    /** Takes one, if there is one: then 0, else the milliseconds until there will be one. */
    public long take(long nowNanos) {
        refill(nowNanos);
        if (tokens >= 1) {
            tokens -= 1;
            return 0;
        }
        double millis = (1 - tokens) / rate * TimeUnit.SECONDS.toMillis(1);
        return Math.max(1, (long) Math.ceil(millis - ROUNDING));
    }

    /** Whether it is as a new one would be. */
    boolean full(long nowNanos) {
        refill(nowNanos);
        return tokens >= 2 * rate;
    }

    private void refill(long nowNanos) {
        tokens = Math.min(2 * rate, tokens + rate * Math.max(0, nowNanos - atNanos) / NANOS);
        // What was sent earlier may be judged later.
        atNanos = nowNanos - atNanos > 0 ? nowNanos : atNanos;
    }
}
