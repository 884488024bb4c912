package io.magpie.bench.verify;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How many faults there were, and how long the server took to listen again.
 *
 * <p>Owner: the {@link Checker}.
 */
final class Restarts {
    private final List<Long> millis = new ArrayList<>();
    private long faults;

    void fault() {
        faults++;
    }

    void took(long time) {
        millis.add(time);
    }

    Verdict.Faults totals() {
        Collections.sort(millis);
        int count = millis.size();
        return new Verdict.Faults(
                faults, count, count == 0 ? 0 : millis.get(count / 2), count == 0 ? 0 : millis.get(count - 1));
    }
}
