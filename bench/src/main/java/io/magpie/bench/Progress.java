package io.magpie.bench;

/** Shows how far a run is. Called by the main thread. */
public interface Progress extends AutoCloseable {
    /**
     * The next phase begins.
     *
     * @param unit what is counted, in the plural
     * @param max the count at which the phase is over
     */
    void phase(String name, String unit, long max);

    /** The count of the phase so far. */
    void at(long value);

    /** The run is over. */
    @Override
    void close();
}
