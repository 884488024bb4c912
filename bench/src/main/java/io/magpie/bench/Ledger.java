package io.magpie.bench;

import io.magpie.bench.Sequences.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of one event loop: what its clients sent and received, and the first witnesses of what went wrong. Nothing
 * is kept per delivery.
 *
 * <p>Owner: one event loop; the main thread reads it when the loop has ended.
 */
final class Ledger {
    /** How many witnesses are kept. */
    static final int WITNESSES = 10;

    private final Counts counts = new Counts();
    private final RoomSums rooms;
    private final List<Member> members = new ArrayList<>();
    private final List<String> witnesses = new ArrayList<>();
    private final Tags failures = new Tags();
    private final Tags errors = new Tags();
    private final Tags closes = new Tags();

    Ledger(int rooms) {
        this.rooms = new RoomSums(rooms);
    }

    Counts counts() {
        return counts;
    }

    RoomSums rooms() {
        return rooms;
    }

    List<Member> members() {
        return members;
    }

    List<String> witnesses() {
        return witnesses;
    }

    Tags failures() {
        return failures;
    }

    Tags errors() {
        return errors;
    }

    Tags closes() {
        return closes;
    }

    /** A client is ready: from now on it has to receive what its room says. */
    void joined(Member member) {
        counts.increment(Count.READY);
        rooms.addMember(member.room());
        members.add(member);
    }

    /** A connection never became ready. */
    void failed(String reason) {
        counts.increment(Count.FAILED);
        failures.add(reason);
    }

    /** A ready connection ended. {@code reason} begins with the close code. */
    void closed(String reason) {
        counts.increment(Count.CLOSED);
        closes.add(reason);
    }

    /** The server said {@code error}. */
    void error(String code) {
        counts.increment(Count.ERRORS);
        errors.add(code);
    }

    /** A message was handed to the socket. */
    void sent(int room) {
        counts.increment(Count.SENT);
        rooms.addSent(room);
    }

    /** The server is bound to deliver this message: it said {@code ok}, or it is in plain mode and has been sent. */
    void published(int room, long publisher, long number) {
        rooms.addPublished(room, publisher, number);
    }

    /**
     * A member was given the next message of a stream.
     *
     * @param stream of {@link Member#sequences()}
     * @return false if it is a duplicate
     */
    boolean arrived(Member member, int stream, long value) {
        long before = member.sequences().last(stream);
        Step step = member.sequences().accept(stream, value);
        switch (step) {
            case NEXT -> {}
            case AHEAD -> witness(member, member.label(stream, value) + " came after " + before);
            case LATE -> {
                counts.increment(Count.OUT_OF_ORDER);
                witness(member, member.label(stream, value) + " came only after " + before);
            }
            case DUPLICATE -> {
                counts.increment(Count.DUPLICATED);
                witness(member, member.label(stream, value) + " came again");
            }
        }
        return step != Step.DUPLICATE;
    }

    /** A message of this run arrived with other bytes than were sent. */
    void corrupt(Member member) {
        counts.increment(Count.CORRUPT);
        witness(member, "a message arrived changed");
    }

    /** A message of somebody else is in the bench's room. */
    void foreign(Member member) {
        counts.increment(Count.FOREIGN);
        witness(member, "a message came that this run didn't send");
    }

    /** The server said that it won't deliver {@code from} to {@code to}. */
    void gap(Member member, long from, long to) {
        counts.increment(Count.GAPS);
        witness(member, "gap from " + from + " to " + to);
    }

    /** A frame could not be read. */
    void unreadable(String why) {
        counts.increment(Count.UNREADABLE);
        witness(why);
    }

    private void witness(Member member, String what) {
        if (witnesses.size() < WITNESSES) {
            witness(member + ": " + what);
        }
    }

    private void witness(String what) {
        if (witnesses.size() < WITNESSES) {
            witnesses.add(what);
        }
    }
}
