package io.magpie.bench.compare;

import java.util.List;

/** The names of the servers that bars are about. */
final class Servers {
    static final String EPOLL = "magpie-epoll";
    static final String URING = "magpie-uring";
    static final String PLAIN_EPOLL = "magpie-plain-epoll";
    static final String PLAIN_URING = "magpie-plain-uring";

    /** As {@link #EPOLL}, but with a durable log; only where it is asked for. */
    static final String DISK = "magpie-disk";

    static final Contestant STOCK = Contestant.of("stock");
    static final Contestant RELAY = Contestant.of("relay");

    /** Magpie in plain mode; elsewhere it speaks JSON envelopes. */
    static final List<String> PLAIN = List.of(PLAIN_EPOLL, PLAIN_URING);

    /** Magpie with JSON envelopes on each transport. */
    static final List<String> ENVELOPES = List.of(EPOLL, URING);

    private Servers() {}
}
