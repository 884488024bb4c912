package io.magpie.bench.acks;

import io.magpie.protocol.Event;
import io.magpie.protocol.RequestId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What was published to one gateway, and what was answered: every message once, with a seq that nobody else has, later
 * ones of a publisher with higher seqs, and no hole in a room. Times are nanoseconds of {@link System#nanoTime}.
 *
 * <p>Owner: the loop of the {@link Fleet}.
 */
final class Book {
    private static final int WITNESSES = 10;
    private static final int INITIAL = 1 << 12;
    private static final long LONGEST = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final AcksPlan.Crowd crowd;
    private final SeqRun[] rooms;
    private final long[] lastNumbers;
    private final long[] lastSeqs;
    private final BitSet answered = new BitSet();
    private final Histogram latencies = new Histogram(LONGEST, DIGITS);
    private final Histogram lags = new Histogram(LONGEST, DIGITS);
    private final List<String> witnesses = new ArrayList<>();
    private long[] dues = new long[INITIAL];
    private int[] publishers = new int[INITIAL];
    private long first;
    private int sent;
    private long oks;
    private long recordFrom = Long.MAX_VALUE;
    private int faults;

    Book(AcksPlan.Crowd crowd) {
        this.crowd = crowd;
        this.rooms = new SeqRun[crowd.rooms()];
        Arrays.setAll(rooms, room -> new SeqRun(0));
        this.lastNumbers = new long[crowd.publishers()];
        this.lastSeqs = new long[crowd.publishers()];
        Arrays.fill(lastNumbers, -1);
    }

    /** A measurement begins: what was before is over, answered or not. Nothing is recorded yet. */
    void begin() {
        first += sent;
        sent = 0;
        oks = 0;
        faults = 0;
        answered.clear();
        witnesses.clear();
        latencies.reset();
        lags.reset();
        recordFrom = Long.MAX_VALUE;
    }

    /** From now on latencies are recorded: those of messages that are due at this time or later. */
    void recordFrom(long nanos) {
        recordFrom = nanos;
    }

    /**
     * A message is published.
     *
     * @param due when it should have been
     * @return its number
     */
    long sent(int publisher, long due, long now) {
        if (sent == dues.length) {
            dues = Arrays.copyOf(dues, 2 * sent);
            publishers = Arrays.copyOf(publishers, 2 * sent);
        }
        dues[sent] = due;
        publishers[sent] = publisher;
        record(lags, due, now);
        return first + sent++;
    }

    /** An {@code ok} came for a publisher; whether it is right. */
    boolean answered(int publisher, Event.Accepted ok, long now) {
        long number = ok.id() instanceof RequestId.Number id ? id.value() : -1;
        long seq = ok.position().seq();
        int index = (int) Math.max(-1, Math.min(number - first, sent));
        if (index < 0 || index >= sent || publishers[index] != publisher) {
            return fault("publisher " + publisher + ": ok " + ok.id() + " for what it didn't say, or said long ago");
        }
        if (answered.get(index)) {
            return fault("publisher " + publisher + ": a second ok for message " + number);
        }
        answered.set(index);
        oks++;
        record(latencies, dues[index], now);
        return check(publisher, number, seq, ok.duplicate());
    }

    /** A message was refused, or a connection ended. */
    void failed(String what) {
        fault(what);
    }

    /** Looks for holes, if all was answered; counts what wasn't as not right, with the time that was waited for it. */
    void settle(long now) {
        if (outstanding() > 0) {
            fault(outstanding() + " messages were never answered");
            for (int i = answered.nextClearBit(0); i < sent; i = answered.nextClearBit(i + 1)) {
                record(latencies, dues[i], now);
            }
            return;
        }
        for (int room = 0; room < rooms.length; room++) {
            if (rooms[room].hasHole()) {
                fault("room " + room + ": nobody was given seq " + rooms[room].next());
            }
        }
    }

    /** Messages of this measurement that aren't answered. */
    int outstanding() {
        return (int) (sent - oks);
    }

    /** Messages of this measurement. */
    int sent() {
        return sent;
    }

    /** Answers in this measurement. */
    long oks() {
        return oks;
    }

    /** From the time at which a message was due to its answer. */
    Histogram latencies() {
        return latencies;
    }

    /** How late messages were published: the load's own lag. */
    Histogram lags() {
        return lags;
    }

    int faults() {
        return faults;
    }

    /** The first faults of this measurement. */
    List<String> witnesses() {
        return List.copyOf(witnesses);
    }

    private boolean check(int publisher, long number, long seq, boolean duplicate) {
        int room = crowd.roomOf(publisher);
        if (duplicate) {
            return fault("publisher " + publisher + ": message " + number + " is said to be a repetition");
        }
        if (!rooms[room].add(seq)) {
            return fault("room " + room + ": seq " + seq + " was given out twice");
        }
        boolean later = number > lastNumbers[publisher];
        boolean above = seq > lastSeqs[publisher];
        lastNumbers[publisher] = Math.max(number, lastNumbers[publisher]);
        lastSeqs[publisher] = Math.max(seq, lastSeqs[publisher]);
        return later == above
                || fault("publisher " + publisher + ": message " + number + " has seq " + seq + ", out of order");
    }

    private void record(Histogram histogram, long due, long now) {
        if (due >= recordFrom) {
            histogram.recordValue(Math.min(Math.max(now - due, 0), LONGEST));
        }
    }

    private boolean fault(String witness) {
        faults++;
        if (witnesses.size() < WITNESSES) {
            witnesses.add(witness);
        }
        return false;
    }
}
