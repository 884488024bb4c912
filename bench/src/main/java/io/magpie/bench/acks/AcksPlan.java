package io.magpie.bench.acks;

import io.magpie.bench.gateway.LogMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run does; checked as a whole when it is made.
 *
 * @param logs the gateways, one each
 * @param loads what each of them is given, one after the other
 * @param rounds in which all of that happens
 * @param crowd who publishes
 * @param warmup seconds of traffic for each gateway before the first round
 * @param measured seconds of one measurement
 */
record AcksPlan(List<LogMode> logs, List<Load> loads, int rounds, Crowd crowd, double warmup, double measured) {
    private static final int MAX_SECONDS = 600;

    /**
     * Who publishes.
     *
     * @param publishers connections, each in one room
     * @param rooms over which they are spread evenly
     * @param size bytes of a message's text
     */
    record Crowd(int publishers, int rooms, int size) {
        private void check(List<String> problems) {
            require(publishers >= 1 && publishers <= 10_000, "--publishers must be 1 to 10000", problems);
            require(rooms >= 1 && rooms <= publishers, "--rooms must be 1 to the number of publishers", problems);
            require(size >= Texts.MIN_SIZE && size <= 15_000, "--size must be 16 to 15000", problems);
        }

        /** Which room a publisher is in. */
        int roomOf(int publisher) {
            return publisher % rooms;
        }
    }

    /** @throws IllegalArgumentException naming everything that is wrong, one problem a line */
    AcksPlan {
        logs = logs.stream().distinct().toList();
        loads = List.copyOf(loads);
        List<String> problems = new ArrayList<>();
        crowd.check(problems);
        require(!logs.isEmpty(), "--logs must name at least one", problems);
        require(!loads.isEmpty(), "--rates and --windows must not both be empty", problems);
        for (Load load : loads) {
            require(load.rate() >= 0 && load.rate() <= 1_000_000, "--rates must be 0 to 1000000", problems);
            require(load.window() >= 0 && load.window() <= 10_000, "--windows must be 0 to 10000", problems);
        }
        require(rounds >= 1 && rounds <= 1_000, "--rounds must be 1 to 1000", problems);
        require(warmup >= 0 && warmup <= MAX_SECONDS, "--warmup must be 0 to 600 seconds", problems);
        require(measured > 0 && measured <= MAX_SECONDS, "--seconds must be above 0 and at most 600", problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
        }
    }

    /** How long a run takes, without the time in which gateways start, in seconds. */
    double seconds() {
        return logs.size() * (warmup + rounds * loads.size() * (measured + Measuring.RUN_UP_SECONDS));
    }

    private static void require(boolean right, String problem, List<String> problems) {
        if (!right) {
            problems.add(problem);
        }
    }
}
