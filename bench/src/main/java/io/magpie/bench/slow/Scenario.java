package io.magpie.bench.slow;

import java.time.Duration;

/** What is proved. */
enum Scenario {
    /** Some members stop reading for a while, then read again: nobody misses anything. */
    STOPPED,
    /** Some members never read: the server lives, in little memory, and serves the others. */
    NEVER;

    private static final Duration DURING_STOPPED = Duration.ofSeconds(30);
    private static final Duration DURING_NEVER = Duration.ofSeconds(60);

    /** All members, unless said otherwise. */
    int members() {
        return this == STOPPED ? 1_000 : 250;
    }

    /** Those that don't read, unless said otherwise. */
    int stopped() {
        return this == STOPPED ? 100 : 200;
    }

    /** How long they don't read, unless said otherwise. */
    Duration during() {
        return this == STOPPED ? DURING_STOPPED : DURING_NEVER;
    }

    /** How long all read before, unless said otherwise. */
    Duration before() {
        return this == STOPPED ? Duration.ofSeconds(10) : Duration.ZERO;
    }

    /** How long all read afterwards, unless said otherwise. */
    Duration after() {
        return this == STOPPED ? Duration.ofSeconds(20) : Duration.ZERO;
    }

    /**
     * Flags for the server's JVM, unless said otherwise. A heap that is as large from the start makes growth of resident
     * memory mean something: what grows then isn't the heap.
     */
    String javaOptions() {
        return this == STOPPED ? "-Xms256m -Xmx256m -XX:+AlwaysPreTouch" : "-Xmx128m -XX:MaxDirectMemorySize=64m";
    }

    /** Whether those that don't read may be closed. */
    boolean mayClose() {
        return this == NEVER;
    }
}
