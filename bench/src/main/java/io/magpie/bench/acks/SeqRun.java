package io.magpie.bench.acks;

import java.util.HashSet;
import java.util.Set;

/**
 * The seqs of one room that were given out: each once, and in the end without a hole. Publishers of a room hear of theirs
 * on connections of their own, so seqs may come a little out of order.
 *
 * <p>Owner: the loop of the {@link Fleet}.
 */
final class SeqRun {
    private final Set<Long> beyond = new HashSet<>();
    private long next;

    /** @param head the room's last seq before all these */
    SeqRun(long head) {
        this.next = head + 1;
    }

    /** Takes a seq; false if it was given out before. */
    boolean add(long seq) {
        if (seq < next || !beyond.add(seq)) {
            return false;
        }
        while (beyond.remove(next)) {
            next++;
        }
        return true;
    }

    /** The lowest seq that nobody was given. */
    long next() {
        return next;
    }

    /** Whether a seq beyond {@link #next} was given out. */
    boolean hasHole() {
        return !beyond.isEmpty();
    }
}
