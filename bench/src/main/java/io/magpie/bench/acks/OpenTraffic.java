package io.magpie.bench.acks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Messages at a fixed rate, whatever the gateway does, by all publishers in a shuffled order. A message is due at its
 * intended time, however late it is published.
 *
 * <p>Owner: the loop of the {@link Fleet}.
 */
// A task on a loop reports for itself.
@SuppressWarnings("FutureReturnValueIgnored")
final class OpenTraffic implements Traffic {
    private static final long SEED = 1;

    /** Messages in one turn of the loop, so that a loop that is behind still reads. */
    private static final int BURST = 256;

    private final Fleet fleet;
    private final double nanosBetween;
    private final List<Publisher> order;
    private boolean running;
    private long began;
    private long next;

    /** @param rate messages per second, above 0 */
    OpenTraffic(Fleet fleet, int rate) {
        this.fleet = fleet;
        this.nanosBetween = (double) TimeUnit.SECONDS.toNanos(1) / rate;
        this.order = new ArrayList<>(fleet.publishers());
        Collections.shuffle(order, new Random(SEED));
    }

    @Override
    public void start() {
        running = true;
        began = System.nanoTime();
        publishDue();
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void answered(Publisher publisher) {
        // The next message doesn't wait for it.
    }

    private void publishDue() {
        if (!running) {
            return;
        }
        for (int i = 0; i < BURST && due() <= System.nanoTime(); i++) {
            Publisher publisher = order.get((int) (next % order.size()));
            fleet.publish(publisher, due());
            publisher.flush();
            next++;
        }
        fleet.loop().schedule(this::publishDue, Math.max(1, due() - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private long due() {
        return began + (long) (next * nanosBetween);
    }
}
