package io.magpie.bench.reconnect;

/**
 * A send that isn't answered yet.
 *
 * @param number of the message
 * @param intended when it should have been sent, in nanoseconds of {@link System#nanoTime}
 * @param window in which it was sent
 */
record Sent(int number, long intended, Window window) {}
