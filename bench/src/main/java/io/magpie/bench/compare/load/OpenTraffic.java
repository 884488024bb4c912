package io.magpie.bench.compare.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Messages at a fixed rate, whatever the server does, by all members in a shuffled order. A message is due at its
 * intended time, however late it is published.
 *
 * <p>Owner: the event loop of the load.
 */
final class OpenTraffic implements Traffic {
    private static final long SEED = 1;

    private final Crowd crowd;
    private final double nanosBetween;
    private final List<Member> order;
    private boolean running;
    private long began;
    private long next;

    /** @param rate messages per second, above 0 */
    OpenTraffic(Crowd crowd, double rate) {
        this.crowd = crowd;
        this.nanosBetween = TimeUnit.SECONDS.toNanos(1) / rate;
        this.order = new ArrayList<>(crowd.members());
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

    private void publishDue() {
        if (!running) {
            return;
        }
        long now = System.nanoTime();
        while (due() <= now && !crowd.messages().full()) {
            crowd.publish(order.get((int) (next % order.size())), due(), 1);
            next++;
        }
        crowd.loop().schedule(this::publishDue, Math.max(1, due() - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private long due() {
        return began + (long) (next * nanosBetween);
    }
}
