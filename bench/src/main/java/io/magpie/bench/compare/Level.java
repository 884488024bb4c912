package io.magpie.bench.compare;

/**
 * How much is published.
 *
 * @param name as it stands in tables
 * @param window how many messages one publisher keeps outstanding; 0 if {@code rate} holds
 * @param rate messages per second over all members; 0 if {@code window} holds
 */
record Level(String name, int window, double rate) {
    static Level window(int messages) {
        return new Level("w=" + messages, messages, 0);
    }

    static Level rate(int perSecond) {
        return new Level(perSecond + "/s", 0, perSecond);
    }

    /** Whether the next message waits for those before it. */
    boolean closed() {
        return window > 0;
    }
}
