package io.magpie.bench;

/**
 * What one client has received in its room.
 *
 * <p>In envelope modes there is one stream, the room's {@code seq}. In plain mode frames carry no position, so there is a
 * stream for each publisher of the room, with the publisher's own numbers. Owner: the client's event loop.
 */
final class Member {
    private final int client;
    private final int room;
    private final Sequences sequences;
    private final boolean perPublisher;
    private long distinct;
    private long checksum;

    private Member(int client, int room, Sequences sequences, boolean perPublisher) {
        this.client = client;
        this.room = room;
        this.sequences = sequences;
        this.perPublisher = perPublisher;
    }

    /** A member that expects the room's {@code seq} to go on after {@code head}. */
    static Member bySeq(int client, int room, long head) {
        Member member = new Member(client, room, new Sequences(1), false);
        member.sequences.startAfter(0, head);
        return member;
    }

    /** A member that expects the numbers of each of the room's publishers to begin at 1. */
    static Member byPublisher(int client, int room, int publishers) {
        return new Member(client, room, new Sequences(publishers), true);
    }

    int room() {
        return room;
    }

    Sequences sequences() {
        return sequences;
    }

    /** Remembers a message that is no duplicate. */
    void received(long publisher, long number) {
        distinct++;
        checksum += RoomSums.identity(publisher, number);
    }

    /** How many of so many messages are missing; negative if more have come. */
    long missingOf(long messages) {
        return messages - distinct;
    }

    /** Whether the messages that have come have this sum of {@link RoomSums#identity identities}. */
    boolean matches(long expected) {
        return checksum == expected;
    }

    /** For a witness: who this is. */
    @Override
    public String toString() {
        return "client " + client + " in room " + room;
    }

    /** For a witness: how a number of a stream is called. */
    String label(int stream, long value) {
        return perPublisher ? "message " + value + " of the room's publisher " + stream : "seq " + value;
    }
}
