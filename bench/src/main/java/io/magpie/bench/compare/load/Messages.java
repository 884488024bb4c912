package io.magpie.bench.compare.load;

import java.util.Arrays;

/**
 * The messages that are under way: when each was due, who published it, and how many members still lack it.
 *
 * <p>Owner: the event loop of the load.
 */
final class Messages {
    /** How many can be under way; a server that is so far behind gets nothing more to do. */
    static final int CAPACITY = 1 << 18;

    private static final int MASK = CAPACITY - 1;

    private final Meter meter;
    private final long[] due = new long[CAPACITY];
    private final int[] lacking = new int[CAPACITY];
    private final int[] publishers = new int[CAPACITY];
    private final boolean[] logged = new boolean[CAPACITY];
    private final int[] lastLogged;
    private Runnable whenComplete = () -> {};
    private int next;
    private int outstanding;

    /** @param members how many may publish: publishers are numbered from 0 */
    Messages(int members, Meter meter) {
        this.meter = meter;
        this.lastLogged = new int[members];
        Arrays.fill(lastLogged, -1);
    }

    /** Runs whenever at least one more message has reached all. */
    void whenComplete(Runnable action) {
        whenComplete = action;
    }

    /** Whether no more can be under way. */
    boolean full() {
        return lacking[next & MASK] > 0;
    }

    /**
     * A message is being published.
     *
     * @param nanos when it was due
     * @param receivers how many members have to get it, at least one
     * @return its number
     */
    int published(int publisher, long nanos, int receivers) {
        int message = next;
        int slot = message & MASK;
        next++;
        outstanding++;
        due[slot] = nanos;
        lacking[slot] = receivers;
        publishers[slot] = publisher;
        logged[slot] = false;
        return message;
    }

    /**
     * A message appeared in its room's stream.
     *
     * @throws DeliveryFault if it wasn't published, has appeared before, or a later one of its publisher has
     */
    void appeared(int message) throws DeliveryFault {
        int slot = message & MASK;
        if (message < 0 || message >= next || message < next - CAPACITY) {
            throw new DeliveryFault("message " + message + " came, which isn't under way");
        }
        if (logged[slot]) {
            throw new DeliveryFault("message " + message + " came again");
        }
        int publisher = publishers[slot];
        if (message < lastLogged[publisher]) {
            throw new DeliveryFault(
                    "message " + message + " came after " + lastLogged[publisher] + ", which its publisher sent later");
        }
        lastLogged[publisher] = message;
        logged[slot] = true;
    }

    /** One member got these messages; the stream of its room says that it had to. */
    void delivered(int[] messages, long now) {
        int complete = 0;
        long since = due[messages[0] & MASK];
        int alike = 0;
        for (int message : messages) {
            int slot = message & MASK;
            if (due[slot] != since) {
                meter.took(since, now, alike);
                since = due[slot];
                alike = 0;
            }
            alike++;
            lacking[slot]--;
            complete += lacking[slot] == 0 ? 1 : 0;
        }
        meter.took(since, now, alike);
        if (complete > 0) {
            outstanding -= complete;
            whenComplete.run();
        }
    }

    /** How many messages were published since the beginning. */
    int count() {
        return next;
    }

    /** How many of them haven't reached all. */
    int outstanding() {
        return outstanding;
    }

    /** Gives up waiting: what hasn't arrived counts as arriving now. */
    void giveUp(long now) {
        for (int message = Math.max(0, next - CAPACITY); message < next; message++) {
            int slot = message & MASK;
            if (lacking[slot] > 0) {
                meter.missing(due[slot], now, lacking[slot]);
            }
        }
    }
}
