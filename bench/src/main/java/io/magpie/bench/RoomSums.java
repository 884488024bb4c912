package io.magpie.bench;

/**
 * Per room: how many messages were sent, how many of them accepted, a checksum of which, and how many members there are.
 * Every member of a room has to receive exactly the accepted messages.
 *
 * <p>The checksum is a sum of well-mixed 64-bit values, so it doesn't depend on order and a wrong set has the same sum
 * with a probability of 2^-64. Owner: whoever made it.
 */
final class RoomSums {
    private final long[] sent;
    private final long[] published;
    private final long[] checksums;
    private final long[] members;

    RoomSums(int rooms) {
        sent = new long[rooms];
        published = new long[rooms];
        checksums = new long[rooms];
        members = new long[rooms];
    }

    void addSent(int room) {
        sent[room]++;
    }

    void addPublished(int room, long publisher, long number) {
        published[room]++;
        checksums[room] += identity(publisher, number);
    }

    void addMember(int room) {
        members[room]++;
    }

    long sent(int room) {
        return sent[room];
    }

    long published(int room) {
        return published[room];
    }

    long checksum(int room) {
        return checksums[room];
    }

    /** How many deliveries these messages make. */
    long expected() {
        long sum = 0;
        for (int room = 0; room < members.length; room++) {
            sum += published[room] * members[room];
        }
        return sum;
    }

    void addAll(RoomSums other) {
        for (int room = 0; room < members.length; room++) {
            sent[room] += other.sent[room];
            published[room] += other.published[room];
            checksums[room] += other.checksums[room];
            members[room] += other.members[room];
        }
    }

    RoomSums copy() {
        RoomSums copy = new RoomSums(members.length);
        copy.addAll(this);
        return copy;
    }

    /** What a message adds to a checksum: its publisher and number, mixed as SplitMix64 does. */
    static long identity(long publisher, long number) {
        long z = (publisher << 32 ^ number) + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
