package io.magpie.bench.acks;

/**
 * Every publisher keeps some messages unanswered: as fast as the gateway says {@code ok}.
 *
 * <p>Owner: the loop of the {@link Fleet}.
 */
final class ClosedTraffic implements Traffic {
    private final Fleet fleet;
    private final int window;
    private boolean running;

    ClosedTraffic(Fleet fleet, int window) {
        this.fleet = fleet;
        this.window = window;
    }

    @Override
    public void start() {
        running = true;
        for (Publisher publisher : fleet.publishers()) {
            for (int i = 0; i < window; i++) {
                fleet.publish(publisher, System.nanoTime());
            }
            publisher.flush();
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    /** The answers that were read together are followed by messages that are sent together. */
    @Override
    public void answered(Publisher publisher) {
        if (running) {
            fleet.publish(publisher, System.nanoTime());
        }
    }
}
