package io.magpie.bench.slow;

import io.magpie.bench.gateway.LogMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run does; checked as a whole when it is made.
 *
 * @param members all of them, in one room
 * @param stopped how many of them don't read for a while; the others publish in turn
 * @param size bytes of a message's text
 * @param receiveBuffer bytes of each client's socket buffer, so that what waits for it waits in the server
 */
record SlowPlan(
        Scenario scenario, int members, int stopped, int size, int receiveBuffer, Timeline timeline, Bounds bounds) {
    private static final int MAX_MESSAGES = 1_000_000;
    private static final int MAX_SIZE = 15_000;
    private static final int KIBI = 1_024;

    /** What an envelope and the server's bookkeeping add to a message's text, generously. */
    private static final int OVERHEAD = 512;

    /**
     * What passes.
     *
     * @param growth bytes by which the server's memory may grow while some don't read
     * @param p99Ratio to which the others' p99 may rise, relative to when all read
     */
    record Bounds(long growth, double p99Ratio) {}

    /** @throws IllegalArgumentException naming everything that is wrong, one problem a line */
    SlowPlan {
        List<String> problems = new ArrayList<>();
        check(members >= 2 && members <= 20_000, "--members must be 2 to 20000, not " + members, problems);
        check(
                stopped >= 1 && stopped < members,
                "--stopped must be at least 1 and below --members, not " + stopped,
                problems);
        check(size >= Text.MIN_SIZE && size <= MAX_SIZE, "--size must be 32 to 15000, not " + size, problems);
        check(
                receiveBuffer >= KIBI && receiveBuffer <= KIBI * KIBI,
                "--receive-buffer must be 1024 to 1048576 bytes, not " + receiveBuffer,
                problems);
        double rate = timeline.rate();
        check(rate > 0 && rate <= 100_000, "--rate must be above 0 and at most 100000, not " + rate, problems);
        check(bounds.growth() > 0, "--max-growth must be above 0", problems);
        check(bounds.p99Ratio() > 1, "--max-p99-ratio must be above 1", problems);
        timeline.lengths().forEach((phase, length) -> checkLength(phase, length, problems));
        if (problems.isEmpty()) {
            check(during(timeline) > 0, "--during must be at least 1s", problems);
            check(
                    rate * timeline.seconds() <= MAX_MESSAGES,
                    "the run has more than " + MAX_MESSAGES + " messages; lower --rate or shorten it",
                    problems);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
    }

    /** Whether this client, 0 to {@code members} − 1, is one of those that stop reading. */
    boolean stops(int client) {
        return client < stopped;
    }

    /** How many read all the time. */
    int healthy() {
        return members - stopped;
    }

    /** The client whose turn it is to send message {@code number}. */
    int publisher(int number) {
        return stopped + number % healthy();
    }

    /**
     * What the gateway is told: free ports on loopback, one loop, and as much history as passes while some don't read,
     * until they have caught up.
     */
    List<String> settings() {
        long kept = 100 + (long) (timeline.rate() * (timeline.seconds() + 1));
        List<String> settings = new ArrayList<>(
                List.of("listen.host=127.0.0.1", "listen.port=0", "management.port=0", "transport.loops=1"));
        settings.addAll(LogMode.memory());
        if (scenario == Scenario.STOPPED) {
            settings.add("history.messages=" + kept);
            settings.add("history.bytes=" + kept * (size + OVERHEAD));
        }
        return settings;
    }

    private static long during(Timeline timeline) {
        return timeline.lengths().getOrDefault(Phase.DURING, Duration.ZERO).toSeconds();
    }

    private static void checkLength(Phase phase, Duration length, List<String> problems) {
        boolean whole = !length.isNegative() && length.equals(Duration.ofSeconds(length.toSeconds()));
        check(
                whole && length.compareTo(Duration.ofHours(1)) <= 0,
                "the phase '" + phase.title() + "' must be whole seconds, at most an hour",
                problems);
    }

    private static void check(boolean right, String problem, List<String> problems) {
        if (!right) {
            problems.add(problem);
        }
    }

    /** For a record of the run. */
    Map<String, Object> options() {
        return Map.of(
                "scenario", scenario,
                "members", members,
                "stopped", stopped,
                "size", size,
                "rate", timeline.rate(),
                "receiveBuffer", receiveBuffer,
                "maxGrowth", bounds.growth(),
                "maxP99Ratio", bounds.p99Ratio());
    }
}
