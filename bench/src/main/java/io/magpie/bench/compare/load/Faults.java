package io.magpie.bench.compare.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What servers did wrong: all are counted, the first {@value #MAX_WITNESSES} are told.
 *
 * <p>Owner: the event loop of the load.
 */
final class Faults {
    private static final int MAX_WITNESSES = 5;

    private final List<String> witnesses = new ArrayList<>();
    private int count;

    void add(String what) {
        count++;
        if (witnesses.size() < MAX_WITNESSES) {
            witnesses.add(what);
        }
    }

    int count() {
        return count;
    }

    /** The first ones, oldest first. */
    List<String> witnesses() {
        return List.copyOf(witnesses);
    }
}
