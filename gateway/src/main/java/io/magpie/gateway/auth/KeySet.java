package io.magpie.gateway.auth;

import com.nimbusds.jose.jwk.JWKSet;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that are kept elsewhere. They are read when the first is wanted, when they are five minutes old, and when one is
 * missing, for that at most once a minute; one thread reads, and who lacks a key waits for it. When they
 * can't be read nobody tries for a minute, and those that were read last count until they are an hour old. Any thread but
 * event loops.
 */
@OwnedBy(Owner.ANY_THREAD)
final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final long FRESH = Duration.ofMinutes(5).toNanos();
    private static final long AT_MOST_EVERY = Duration.ofMinutes(1).toNanos();
    private static final long STALE = Duration.ofHours(1).toNanos();

    private final Place place;
    private final LongSupplier nanos;

    /** Done when the newest reading is over; who puts one there reads. */
    private final AtomicReference<CompletableFuture<Void>> reading =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    /** Written by the thread that reads. */
    private volatile Known known;

    /** Where the keys are kept. */
    @FunctionalInterface
    interface Place {
        /**
         * Reads them. Blocks.
         *
         * @throws IOException if they can't be had, or there are none
         */
        JWKSet read() throws IOException;
    }

    /**
     * What is known, with times of the monotonic clock.
     *
     * @param readNanos when the keys were read
     * @param soughtNanos when they were last read for one that was missing
     * @param failedNanos when they last couldn't be read
     */
    private record Known(JWKSet keys, long readNanos, long soughtNanos, long failedNanos) {}

    /** The keys can't be had now. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException() {
            super("the keys can't be had now", null, false, false);
        }
    }

    /** @param nanos a monotonic clock */
    KeySet(Place place, LongSupplier nanos) {
        this.place = place;
        this.nanos = nanos;
        long now = nanos.getAsLong();
        this.known = new Known(new JWKSet(), now - STALE, now - AT_MOST_EVERY, now - AT_MOST_EVERY);
    }

    /** All keys, as far as they are known. */
    JWKSet keys() throws UnavailableException {
        if (due(null)) {
            read(null);
        }
        Known now = known;
        if (since(now.readNanos()) >= STALE) {
            throw new UnavailableException();
        }
        return now.keys();
    }

    /** The same; newer ones than those in which one was missing, if that may be. */
    JWKSet keysAfter(JWKSet lacking) throws UnavailableException {
        if (due(lacking)) {
            read(lacking);
        }
        return keys();
    }

    /** Whether the keys were read so lately, and no later try failed, that one that isn't among them can be called unknown. */
    boolean fresh() {
        Known now = known;
        return since(now.readNanos()) < FRESH && now.readNanos() - now.failedNanos() >= 0;
    }

    private boolean due(@Nullable JWKSet lacking) {
        Known now = known;
        if (since(now.failedNanos()) < AT_MOST_EVERY) {
            return false;
        }
        return lacking == null
                ? !fresh()
                : since(now.soughtNanos()) >= AT_MOST_EVERY && now.keys().equals(lacking);
    }

    /** Reads the keys, or waits for the thread that does unless the old ones will do. */
    private void read(@Nullable JWKSet lacking) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> last = newest();
        if (!last.isDone() || !reading.compareAndSet(last, mine)) {
            if (lacking != null || since(known.readNanos()) >= STALE) {
                newest().join();
            }
            return;
        }
        try {
            // Another may have read them since this thread looked.
            if (due(lacking)) {
                known = next(lacking != null);
            }
        } finally {
            mine.complete(null);
        }
    }

    private CompletableFuture<Void> newest() {
        return Objects.requireNonNull(reading.get());
    }

    private Known next(boolean seeking) {
        Known before = known;
        long now = nanos.getAsLong();
        try {
            return new Known(place.read(), now, seeking ? now : before.soughtNanos(), before.failedNanos());
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn(
                    "auth.keys-unavailable: {}",
                    e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString());
            return new Known(before.keys(), before.readNanos(), before.soughtNanos(), now);
        }
    }

    private long since(long then) {
        return nanos.getAsLong() - then;
    }
}
