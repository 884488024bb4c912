package io.magpie.bench.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a run does; with the seed, all that is left to chance.
 *
 * @param warm messages without faults before the first
 */
record VerifyPlan(long seed, Load load, Faults faults, Log log, Duration warm) {
    /** How long keys and lost connections are remembered in a soak; longer than any client takes to come back. */
    private static final Duration MEMORY = Duration.ofSeconds(20);

    /** A soak is compared with what is there after this, when all that is remembered for {@link #MEMORY} is full. */
    private static final Duration SOAK_WARM = Duration.ofSeconds(90);

    /** Within which everybody has to have everything when the last fault is over. */
    static final Duration LIVENESS = Duration.ofSeconds(10);

    VerifyPlan {
        check(
                !faults.has(Fault.POWER) || log.durability() == Log.Durability.FSYNC,
                "power needs --durability fsync: with process a loss of power may take the last second");
    }

    /** How long messages go on without faults before the first. */
    Duration warmUp() {
        return faults.soak().isZero() || warm.compareTo(SOAK_WARM) > 0 ? warm : SOAK_WARM;
    }

    /**
     * Who says how much.
     *
     * @param rooms each client is in one
     * @param publishers of the clients, those that send
     * @param rate messages per second, over all; what is due while the server is away is sent when it is back
     * @param size bytes of a message, about
     * @param messages after which no more are sent; 0 for no end
     * @param ackTimeout after which a send is sent again
     */
    record Load(int rooms, int clients, int publishers, double rate, int size, long messages, Duration ackTimeout) {
        Load {
            check(rooms >= 1 && clients >= rooms, "there must be a client for each room");
            check(publishers >= 1 && publishers <= clients, "1 to all clients can be publishers");
            check(rate > 0 && rate <= 100_000, "the rate must be between 0 and 100,000");
            check(size >= 16 && size <= 16_000, "a message has 16 to 16,000 bytes");
            check(messages >= 0, "a number of messages can't be negative");
        }
    }

    /**
     * What is done to the server.
     *
     * @param count how many faults
     * @param every from one to the next; zero for each kind's own
     * @param eaten of the oks, with {@link Fault#ACK_LOSS}
     * @param soak how long to go on, if that is longer than the faults take
     * @param restart within which a server has to listen again
     */
    record Faults(Set<Fault> kinds, int count, Duration every, double eaten, Duration soak, Duration restart) {
        Faults {
            kinds = Set.copyOf(kinds);
            check(count >= 0, "a number of faults can't be negative");
            check(eaten >= 0 && eaten < 1, "not all acks can be eaten");
            check(
                    !kinds.contains(Fault.CORRUPT) || kinds.size() == 1,
                    "corrupt is a run of its own and goes with no other fault");
            check(
                    !kinds.contains(Fault.DISK_FULL) || kinds.stream().noneMatch(Fault::restarts),
                    "disk-full can't be combined with a restart: the small disk lives as long as the server");
        }

        boolean has(Fault fault) {
            return kinds.contains(fault);
        }
    }

    /** How the gateway keeps its log; as in its configuration. */
    record Log(Kind kind, Durability durability) {
        /** Where it is. */
        enum Kind {
            DISK,
            MEMORY
        }

        /** What an ok means. */
        enum Durability {
            FSYNC,
            PROCESS
        }
    }

    /** The gateway's settings: all that is said has to be kept, or the final log can't be compared. */
    List<String> settings() {
        List<String> settings = new ArrayList<>(List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.port=0",
                "transport.loops=2",
                "limits.history-page=1000"));
        if (faults.soak().isZero()) {
            settings.add("history.messages=1000000");
            settings.add("history.bytes=1GiB");
        } else {
            // What is remembered for a time is full before the soak begins, so that a leak can be told from it.
            settings.add("dedup.window=" + MEMORY.toSeconds() + "s");
            settings.add("resume.keep=" + MEMORY.toSeconds() + "s");
        }
        return settings;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
