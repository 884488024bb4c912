package io.magpie.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is measured; the sizes are the full ones. */
enum Scenario {
    S1("one room of 1,000 members; one publisher keeps w messages outstanding", 1, 1000, false),
    S2("100 rooms of 10 members; 8,000 messages/s by all of them", 100, 10, false),
    S3("one room of 10,000 members; 20 messages/s", 1, 10_000, false),
    S4("as S1, with Magpie in plain mode", 1, 1000, false),
    S5("as S1 with w=4; all members negotiated permessage-deflate", 1, 1000, true),
    S6("as S1 with w=4; all members read, or 100 of them nothing", 1, 1000, false),
    TLS("as S1, each server over ws and over wss", 1, 1000, false);

    /** Those of {@code magpie bench compare}. */
    static final List<Scenario> COMPARED = List.of(S1, S2, S3, S4, S5, S6);

    private static final int STOPPED = 100;

    private final String title;
    private final int rooms;
    private final int members;
    private final boolean deflate;

    Scenario(String title, int rooms, int members, boolean deflate) {
        this.title = title;
        this.rooms = rooms;
        this.members = members;
        this.deflate = deflate;
    }

    String title() {
        return title;
    }

    int rooms() {
        return rooms;
    }

    /** Members of each room, at most {@code limit}. */
    int members(int limit) {
        return Math.min(members, limit);
    }

    /** How much is published: each is measured on its own. */
    List<Level> levels() {
        return switch (this) {
            case S1, S4, TLS -> List.of(Level.window(1), Level.window(4), Level.window(32));
            case S2 -> List.of(Level.rate(8000));
            case S3 -> List.of(Level.rate(20));
            case S5, S6 -> List.of(Level.window(4));
        };
    }

    /** Whether members offer, and servers accept, permessage-deflate. */
    boolean deflate() {
        return deflate;
    }

    /** Whether connections can't stay: there are too many for all servers at once, or some are spoilt by a measurement. */
    boolean connectsForEachMeasurement() {
        return this == S3 || this == S6;
    }

    /** Whether there has to be more traffic before a measurement: until the server has noticed who doesn't read. */
    boolean needsRunUp() {
        return this == S6;
    }

    /**
     * Who takes part.
     *
     * @param available the servers that can run here
     * @param wanted the servers that were asked for; empty for all that make sense
     * @param limit the most members of a room
     */
    List<Contestant> contestants(List<String> available, List<String> wanted, int limit) {
        List<String> servers = new ArrayList<>(wanted.isEmpty() ? usual(available) : wanted);
        servers.retainAll(available);
        if (this == S6) {
            int stopped = Math.max(1, STOPPED * members(limit) / members);
            return servers.stream()
                    .flatMap(server -> Stream.of(Contestant.of(server), new Contestant(server, stopped)))
                    .toList();
        }
        return servers.stream().map(Contestant::of).toList();
    }

    /** Whose figures a contestant's are divided by, in the order of the columns. */
    List<Contestant> bases(Contestant contestant) {
        return switch (this) {
            case S1, S2, S4 -> List.of(Servers.STOCK, Servers.RELAY);
            case S3, S5 -> List.of(Servers.STOCK);
            case S6 -> List.of(Contestant.of(contestant.server()));
            case TLS -> List.of(Contestant.of(Servers.withoutTls(contestant.server())));
        };
    }

    /** What stands above the columns of {@link #bases}. */
    List<String> baseTitles() {
        return switch (this) {
            case S1, S2, S4 -> List.of("× stock", "× relay");
            case S3, S5 -> List.of("× stock");
            case S6 -> List.of("× all reading");
            case TLS -> List.of("× ws");
        };
    }

    private List<String> usual(List<String> available) {
        return switch (this) {
            case S1 ->
                available.stream()
                        .filter(name -> !Servers.PLAIN.contains(name) && !name.equals(Servers.DISK))
                        .toList();
            case S2 -> List.of(Servers.EPOLL, Servers.URING, "stock", "relay");
            case S3, S5 -> List.of(Servers.EPOLL, Servers.URING, "stock");
            case S4 -> List.of(Servers.PLAIN_EPOLL, Servers.PLAIN_URING, "stock", "relay");
            case S6 -> List.of(Servers.EPOLL);
            case TLS ->
                Stream.of(
                                Stream.of(Servers.EPOLL),
                                Servers.SECURE.stream(),
                                Stream.of("stock", "stock-wss", "nchan", "nchan-wss"))
                        .flatMap(names -> names)
                        .toList();
        };
    }
}
