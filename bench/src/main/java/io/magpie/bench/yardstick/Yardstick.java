package io.magpie.bench.yardstick;

import java.io.IOException;
import java.util.Optional;

/** A server program that can be started on this machine, pinned to a processor. Immutable. */
public interface Yardstick {
    /** As it stands in tables and on the command line: lower case, for example {@code nats}. */
    String name();

    /** Why it can't run here, for example a program that isn't installed and how to install it; empty if it can. */
    Optional<String> missing();

    /** How to speak to it. */
    Dialect dialect();

    /** Whether it is machine code from the beginning; the others have a compiler that needs traffic first. */
    default boolean compiled() {
        return false;
    }

    /** Whether it speaks TLS: its clients come over wss. */
    default boolean tls() {
        return false;
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @throws IOException if it doesn't start; the message has the end of its log
     */
    RunningServer start(Launch launch) throws IOException, InterruptedException;
}
