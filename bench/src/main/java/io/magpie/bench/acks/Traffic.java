package io.magpie.bench.acks;

/** Makes a fleet publish. Owner: the loop of the {@link Fleet}. */
interface Traffic {
    /** Begins; once. */
    void start();

    /** Publishes nothing any more. */
    void stop();

    /** A message of this publisher was answered. */
    void answered(Publisher publisher);
}
