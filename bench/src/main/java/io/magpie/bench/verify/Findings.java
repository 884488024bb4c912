package io.magpie.bench.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What was found to be wrong, counted by check, and the first witnesses; and what couldn't be decided.
 *
 * <p>Owner: the {@link Checker}.
 */
final class Findings {
    private static final int WITNESSES = 10;

    /** So that one fault that shows a thousand times doesn't hide another. */
    private static final int WITNESSES_OF_A_CHECK = 3;

    private static final int DOUBTS = 10;

    private final Map<Check, Long> counts = new EnumMap<>(Check.class);
    private final List<String> witnesses = new ArrayList<>();
    private final TreeSet<String> doubts = new TreeSet<>();

    void add(Check check, String witness) {
        long count = counts.merge(check, 1L, Long::sum);
        if (count <= WITNESSES_OF_A_CHECK && witnesses.size() < WITNESSES) {
            witnesses.add(check + ": " + witness);
        }
    }

    /** Something that keeps the run from being a proof, though nothing is wrong. */
    void doubt(String why) {
        if (doubts.size() < DOUBTS) {
            doubts.add(why);
        }
    }

    /** How often each check failed; checks that held aren't in it. */
    Map<Check, Long> counts() {
        return counts;
    }

    List<String> witnesses() {
        return witnesses;
    }

    List<String> doubts() {
        return List.copyOf(doubts);
    }
}
