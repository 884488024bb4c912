package io.magpie.bench;

/**
 * All clients together, as the main thread leads them. Methods are called by one thread; each waits for the fleet's loops
 * to have taken the order, not for what the order leads to.
 */
interface Fleet extends AutoCloseable {
    /** Begins to open connections; {@link Pulse#ramping()} says when that is over. */
    void connect();

    /** Begins to publish; {@link Pulse#pacing()} says when that is over. */
    void publish(Schedule schedule);

    /** How it is going. */
    Pulse pulse();

    /** Ends everything and settles the accounts. Nothing may be called after it but {@link #close()}. */
    FleetResult finish();

    /** Ends what {@link #finish()} hasn't ended. */
    @Override
    void close();
}
