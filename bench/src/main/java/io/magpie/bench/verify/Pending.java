package io.magpie.bench.verify;

/**
 * A send that isn't answered yet.
 *
 * @param name of its message, and its key
 * @param dueNanos when it is sent again
 * @param attempts so far
 */
record Pending(long id, String name, long dueNanos, int attempts) {
    Pending again(long nextDueNanos) {
        return new Pending(id, name, nextDueNanos, attempts + 1);
    }

    Pending later(long nextDueNanos) {
        return new Pending(id, name, nextDueNanos, attempts);
    }
}
