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

    /** As {@link #EPOLL}, over TLS: by BoringSSL, and by the JDK. */
    static final List<String> SECURE = List.of("magpie-wss", "magpie-wss-jdk");

    private static final String WSS = "-wss";

    /** Magpie in plain mode; elsewhere it speaks JSON envelopes. */
    static final List<String> PLAIN = List.of(PLAIN_EPOLL, PLAIN_URING);

    /** Magpie with JSON envelopes on each transport. */
    static final List<String> ENVELOPES = List.of(EPOLL, URING);

    private Servers() {}

    /** What a server is without TLS; itself if it has none. */
    static String withoutTls(String server) {
        int end = server.indexOf(WSS);
        if (end < 0) {
            return server;
        }
        String name = server.substring(0, end);
        return EPOLL.startsWith(name + "-") ? EPOLL : name;
    }
}
