package io.magpie.bench.compare.load;

/**
 * One member keeps some messages outstanding: a new one for each that has reached all. What becomes free within one turn
 * of the loop is published at its end, in one write.
 *
 * <p>Owner: the event loop of the load.
 */
final class ClosedTraffic implements Traffic {
    private final Crowd crowd;
    private final int window;
    private boolean running;
    private boolean scheduled;

    ClosedTraffic(Crowd crowd, int window) {
        this.crowd = crowd;
        this.window = window;
    }

    @Override
    public void start() {
        running = true;
        crowd.messages().whenComplete(this::schedule);
        publish();
    }

    @Override
    public void stop() {
        running = false;
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            // Runs after the sockets that are ready in this turn were read.
            crowd.loop().execute(this::publish);
        }
    }

    private void publish() {
        scheduled = false;
        int free = window - crowd.messages().outstanding();
        if (running && free > 0) {
            crowd.publish(crowd.members().get(0), System.nanoTime(), free);
        }
    }
}
