package io.magpie.gateway.support;

import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket for each of many, such as users, made when it is first needed and forgotten when it is full again. Any
 * thread.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class SharedBuckets<K> {
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Fewer aren't worth a look. */
    private static final int MANY = 1_024;

    private final int perSecond;
    private final LongSupplier nanos;

    /** The map's own locks guard each bucket. */
    private final ConcurrentMap<K, TokenBucket> buckets = new ConcurrentHashMap<>();

    private final AtomicLong nextSweep;

    /**
     * Without buckets.
     *
     * @param perSecond 0 lets everything through
     * @param nanos a monotonic clock
     */
    public SharedBuckets(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.nextSweep = new AtomicLong(nanos.getAsLong() + SWEEP_NANOS);
    }

    /** Takes one from the bucket of a key: 0, or the milliseconds until there will be one. */
    public long take(K key) {
        if (perSecond == 0) {
            return 0;
        }
        long now = nanos.getAsLong();
        sweep(now);
        long[] wait = {0};
        buckets.compute(key, (k, known) -> {
            TokenBucket bucket = known == null ? new TokenBucket(perSecond, now) : known;
            wait[0] = bucket.take(now);
            return bucket;
        });
        return wait[0];
    }

    /** Buckets that are kept. */
    int size() {
        return buckets.size();
    }

    /** Forgets full buckets; now and then, by who happens to come. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (buckets.size() > MANY && now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP_NANOS)) {
            buckets.keySet()
                    .forEach(key -> buckets.computeIfPresent(key, (k, bucket) -> bucket.full(now) ? null : bucket));
        }
    }
}
