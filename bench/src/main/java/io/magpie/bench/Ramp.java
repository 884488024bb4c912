package io.magpie.bench;

import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Opens one loop's connections at a rate, with a bounded number of handshakes under way, and gives up early on a server
 * that refuses everybody.
 *
 * <p>Owner: one event loop.
 */
final class Ramp {
    /** So many failures without one success mean that the server isn't there. */
    static final int HOPELESS = 20;

    private static final double NANOS = 1e9;

    private final int clients;
    private final double perSecond;
    private final int maxInFlight;
    private final LongSupplier clock;
    private final IntConsumer opener;
    private final long start;
    private int opened;
    private int ready;
    private int failed;

    /** A ramp that begins now; {@code opener} is given 0, 1, 2 … */
    Ramp(int clients, double perSecond, int maxInFlight, LongSupplier clock, IntConsumer opener) {
        this.clients = clients;
        this.perSecond = perSecond;
        this.maxInFlight = maxInFlight;
        this.clock = clock;
        this.opener = opener;
        this.start = clock.getAsLong();
    }

    /** Opens what is due and allowed. */
    void runDue() {
        double due = 1 + (clock.getAsLong() - start) * perSecond / NANOS;
        while (opened < clients && opened + 1 <= due && inFlight() < maxInFlight && !hopeless()) {
            opener.accept(opened++);
        }
    }

    /** A connection is ready, or has failed. */
    void settled(boolean isReady) {
        if (isReady) {
            ready++;
        } else {
            failed++;
        }
    }

    /** Whether every connection is settled, or it is hopeless to open more. */
    boolean done() {
        return inFlight() == 0 && (opened == clients || hopeless());
    }

    private boolean hopeless() {
        return ready == 0 && failed >= HOPELESS;
    }

    private int inFlight() {
        return opened - ready - failed;
    }
}
