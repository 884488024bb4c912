package io.magpie.bench.verify;

import java.time.Duration;
import java.util.Locale;

/** What can be done to a server. */
enum Fault {
    /** {@code kill -9} and a start; clients of a slow machine need a second to come back. */
    KILL(1_300),
    /** {@code kill -9}, what wasn't synced is taken away, and a start. */
    POWER(1_000),
    /** SIGSTOP, and SIGCONT after up to 0.8 s. */
    STOP(1_000),
    /** SIGTERM and a start. */
    TERM(1_500),
    /** A bad network: late, slow, in single bytes, cut, reset, half open, a black hole. */
    PROXY(700),
    /** A connection is cut after a random number of bytes. */
    CUT(20),
    /** The client doesn't see a part of the oks, and sends again. */
    ACK_LOSS(1_000),
    /** The file system of the log is full for a while. */
    DISK_FULL(5_000),
    /** Writes and fsyncs fail or take long. */
    IO_ERROR(2_000),
    /** The wall clock jumps by up to an hour, either way. */
    CLOCK(500),
    /** Some clients read nothing for a while. */
    SLOW(1_500),
    /** The files of a stopped server are damaged; a run of its own. */
    CORRUPT(0);

    private final Duration every;

    Fault(long everyMillis) {
        this.every = Duration.ofMillis(everyMillis);
    }

    /** From one fault of this kind to the next; from the end of the restart, if it needs one. */
    Duration every() {
        return every;
    }

    /** Whether clients have to come through the chaos proxy. */
    boolean throughProxy() {
        return this == PROXY || this == CUT;
    }

    /** Whether the server has to be started with the shim. */
    boolean needsShim() {
        return this == IO_ERROR || this == CLOCK || this == POWER;
    }

    /** Whether it is about files, which a log in memory has none of. */
    boolean needsDisk() {
        return this == DISK_FULL || this == IO_ERROR || this == CORRUPT || this == POWER;
    }

    /** Whether the server may complain in its log. */
    boolean meetsComplaints() {
        return this == DISK_FULL || this == IO_ERROR || this == CORRUPT;
    }

    /** Whether the process ends, and another one starts. */
    boolean restarts() {
        return this == KILL || this == POWER || this == TERM || this == IO_ERROR;
    }

    /** As on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The fault of a word.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Fault of(String word) {
        for (Fault fault : values()) {
            if (fault.word().equals(word)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + word + "'");
    }
}
