package io.magpie.bench.reconnect;

import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said, who got it, and the first witnesses of what went wrong.
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
final class Book {
    private static final int WITNESSES = 10;
    private static final String KEY = "m-";

    private final BitSet acknowledged = new BitSet();
    private final BitSet seen = new BitSet();
    private final Map<String, Long> heads = new HashMap<>();
    private final List<String> witnesses = new ArrayList<>();
    private Window window;
    private long skipped;
    private long repeated;
    private long gaps;
    private long wrong;

    /**
     * What doesn't depend on when it was.
     *
     * @param lost messages that were answered ok, and that nobody was given
     * @param skipped messages that a client wasn't given although a later one came
     * @param repeated messages that a client was given again on one connection, or after it came back with its position
     * @param wrong frames that no server may send, and messages of somebody else
     */
    record Faults(long lost, long skipped, long repeated, long gaps, long wrong, List<String> witnesses) {
        /** All but the losses. */
        long ofDeliveries() {
            return skipped + repeated + gaps + wrong;
        }
    }

    /** @param window in which it begins */
    Book(Window window) {
        this.window = window;
    }

    /** What is booked now. */
    Window window() {
        return window;
    }

    /** From now on that is booked in another window. */
    void turnTo(Window next) {
        window = next;
    }

    /** The key of a message, by which all that get it know it. */
    static String key(int number) {
        return KEY + number;
    }

    /** A message was answered ok. */
    void acknowledged(int number, RoomId room, Position at) {
        acknowledged.set(number);
        heads.merge(log(room, at.epoch()), at.seq(), Math::max);
    }

    /** Somebody was given a message. */
    void seen(@Nullable String key) {
        if (key != null && key.startsWith(KEY)) {
            seen.set(Integer.parseInt(key, KEY.length(), key.length(), 10));
        } else {
            wrong("a message came that this run didn't send");
        }
    }

    /** Whether a client in a room lacks something that was answered ok. */
    boolean lacks(RoomId room, @Nullable Position position) {
        return position == null || position.seq() < heads.getOrDefault(log(room, position.epoch()), 0L);
    }

    void skipped(long count, String witness) {
        skipped += count;
        witness(witness);
    }

    void repeated(String witness) {
        repeated++;
        witness(witness);
    }

    void gap(String witness) {
        gaps++;
        witness(witness);
    }

    void wrong(String witness) {
        wrong++;
        witness(witness);
    }

    Faults faults() {
        BitSet lost = (BitSet) acknowledged.clone();
        lost.andNot(seen);
        return new Faults(lost.cardinality(), skipped, repeated, gaps, wrong, List.copyOf(witnesses));
    }

    private void witness(String what) {
        if (witnesses.size() < WITNESSES) {
            witnesses.add(what);
        }
    }

    private static String log(RoomId room, String epoch) {
        return epoch + " " + room.value();
    }
}
