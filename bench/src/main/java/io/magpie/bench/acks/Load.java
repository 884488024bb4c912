package io.magpie.bench.acks;

import java.util.Locale;

/**
 * How much is published.
 *
 * @param name as it stands in tables
 * @param rate messages per second over all publishers; 0 if {@code window} holds
 * @param window how many messages each publisher keeps unanswered; 0 if {@code rate} holds
 */
record Load(String name, int rate, int window) {
    static Load perSecond(int messages) {
        return new Load(String.format(Locale.ROOT, "%,d/s", messages), messages, 0);
    }

    static Load unanswered(int messages) {
        return new Load("w=" + messages, 0, messages);
    }

    /** Whether the next message waits for an answer. */
    boolean closed() {
        return window > 0;
    }
}
