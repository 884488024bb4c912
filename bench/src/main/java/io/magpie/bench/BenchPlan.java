package io.magpie.bench;

import io.magpie.protocol.Encoding;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run does; checked as a whole when it is made.
 *
 * @param threads event loops of the bench, 1–64
 * @param seed of the order in which publishers take turns, and of the padding
 * @param serverPid the process whose CPU and memory are measured, or 0 for none
 */
record BenchPlan(Target target, Load load, Phases phases, int threads, long seed, long serverPid) {
    /** Plain mode keeps 16 bytes for each member and publisher of a room: at most 256 MiB of them. */
    private static final long MAX_STREAMS = 1L << 24;

    /**
     * Where to, and how.
     *
     * @param url {@code ws://} or {@code wss://}, with any path and query
     * @param connectTimeout from the start of a connection until it may publish
     * @param sourceAddresses clients take turns to come from 127.0.0.1 … 127.0.0.N; one address has some 28,000 ports
     */
    record Target(URI url, Encoding mode, Duration connectTimeout, int sourceAddresses) {
        private void check(List<String> problems) {
            boolean webSocket = "ws".equals(url.getScheme()) || "wss".equals(url.getScheme());
            if (!webSocket || url.getHost() == null) {
                problems.add("--url must be like ws://host:port/path or wss://host/path, not '" + url + "'");
            }
            positive("--connect-timeout", connectTimeout, problems);
            range("--source-addresses", sourceAddresses, 1, 254, problems);
            if (sourceAddresses > 1 && !loopback()) {
                problems.add("--source-addresses needs a server on 127.0.0.1 or localhost");
            }
        }

        /** Whether the server is named by an IPv4 loopback address or by {@code localhost}. */
        boolean loopback() {
            String host = url.getHost();
            return host != null && ("localhost".equals(host) || host.startsWith("127."));
        }
    }

    /**
     * How much.
     *
     * @param publishers how many of the clients publish
     * @param rate messages per second, over all publishers
     * @param size bytes of a message's text
     */
    record Load(int clients, int rooms, int publishers, double rate, int size) {
        private void check(List<String> problems) {
            range("--clients", clients, 1, 1_000_000, problems);
            range("--rooms", rooms, 1, Math.max(1, clients), problems);
            range("--publishers", publishers, 1, Math.max(1, clients), problems);
            if (!(rate > 0 && rate <= 10_000_000)) {
                problems.add("--rate must be above 0 and at most 10000000, not " + rate);
            }
            range("--size", size, Payload.MIN_SIZE, 1 << 20, problems);
        }

        /** Which room a client is in. */
        int roomOf(int client) {
            return client % rooms;
        }

        /** The most publishers that one room has. */
        int publishersOfARoom() {
            return (publishers + rooms - 1) / rooms;
        }
    }

    /**
     * When.
     *
     * @param ramp connections per second while connecting
     * @param warmup how long messages flow, and are checked, before latency is measured; may be 0
     * @param duration how long is measured
     * @param grace how long the last deliveries may take
     */
    record Phases(double ramp, Duration warmup, Duration duration, Duration grace) {
        private void check(List<String> problems) {
            if (!(ramp > 0 && ramp <= 1_000_000)) {
                problems.add("--ramp must be above 0 and at most 1000000, not " + ramp);
            }
            positive("--duration", duration, problems);
            positive("--grace", grace, problems);
            if (warmup.isNegative()) {
                problems.add("--warmup must not be negative");
            }
        }
    }

    /** @throws IllegalArgumentException naming everything that is wrong, one problem a line */
    BenchPlan {
        List<String> problems = new ArrayList<>();
        target.check(problems);
        load.check(problems);
        phases.check(problems);
        range("--threads", threads, 1, 64, problems);
        if (serverPid < 0) {
            problems.add("--server-pid must be a process id");
        }
        if (problems.isEmpty() && target.mode() == Encoding.PLAIN) {
            checkLedger(load, problems);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
    }

    /** How many event loops have work: each needs a publisher. */
    int loops() {
        return Math.min(threads, load.publishers());
    }

    /** Whether the server answers {@code ok} to each message. */
    boolean acknowledged() {
        return target.mode() != Encoding.PLAIN;
    }

    private static void checkLedger(Load load, List<String> problems) {
        long streams = (long) load.clients() * load.publishersOfARoom();
        if (streams > MAX_STREAMS) {
            problems.add("--publishers: plain mode keeps a counter for each member and publisher of a room, " + streams
                    + " here; at most " + MAX_STREAMS + " are kept, so let fewer publish");
        }
    }

    private static void range(String option, int value, int min, int max, List<String> problems) {
        if (value < min || value > max) {
            problems.add(option + " must be " + min + " to " + max + ", not " + value);
        }
    }

    private static void positive(String option, Duration value, List<String> problems) {
        if (value.isZero() || value.isNegative()) {
            problems.add(option + " must be longer than nothing");
        }
    }
}
