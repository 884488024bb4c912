package io.magpie.bench.compare.load;

/** Decides when a crowd publishes. Called on the event loop of the load. */
interface Traffic {
    /** Begins to publish. */
    void start();

    /** Publishes nothing any more. */
    void stop();
}
