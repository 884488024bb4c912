package io.magpie.bench.verify;

import java.util.Objects;

/**
 * One line of the history: something that a client, or the bench itself, saw. What a kind has no use for is 0 or empty
 * and isn't written.
 *
 * @param t {@link System#nanoTime} of the bench: one clock for all
 * @param client which client; its connections follow each other
 * @param connection which of all connections
 * @param seq a message's, a head's, or what {@link Kind} says
 * @param at a message's time in milliseconds
 * @param payload which message; a payload is sent by one client only
 * @param note more, in words; see {@link Kind}
 */
record Entry(
        long t,
        Kind kind,
        int client,
        long connection,
        String room,
        String epoch,
        long seq,
        long at,
        String payload,
        String note) {

    /** What happened. */
    enum Kind {
        /** A phase of the run begins; the note is its name. */
        PHASE,
        /** A fault is injected or ends; for people. */
        FAULT,
        /** The server listens again; {@code seq} is how many milliseconds it took. */
        RESTARTED,
        /** The server's log tells of a fault of its own. */
        COMPLAINT,
        /** The server's process does what it mustn't, as the note says. */
        UNHEALTHY,
        /** A connection is welcomed; the note is who the server takes the client for. */
        CONNECTED,
        /** What {@code connected} says of a room: {@code seq} is the head; the note {@link #FRESH} or how it resumed. */
        ENTERED,
        DELIVERED,
        /** Messages {@code seq} to {@code at} are gone for this connection; the note is why. */
        GAP,
        /** A message is sent, or sent again. */
        SEND,
        /** A send is answered {@code ok}; the note may hold {@link #DUPLICATE} and {@link #EATEN}. */
        OK,
        /** A send is answered with an error; the note is its code. */
        REFUSED,
        /** The client gives a send up without knowing what became of it. */
        UNKNOWN,
        /** The newest page of a room's history is asked for. */
        READ,
        /** A message of such a page. */
        PAGED,
        /** The page is complete: {@code seq} is its newest message, 0 if it is empty. */
        PAGE,
        /** A connection ended; the note is why. */
        CLOSED,
        /** The server broke the protocol. */
        BREACH,
        /** A message of the final log, in order. */
        STORED,
        /** A room's final log is read: {@code seq} is its head. */
        LOG
    }

    /** Note of an {@code ENTERED} that resumed nothing. */
    static final String FRESH = "fresh";

    /** Note of an {@code ENTERED} that goes on where the client was. */
    static final String RECOVERED = "recovered";

    /** The server says that it had the message already. */
    static final String DUPLICATE = "duplicate";

    /** The answer was taken away from the client, on purpose. */
    static final String EATEN = "eaten";

    /** What was left out when it was written is null when it is read. */
    Entry {
        room = Objects.requireNonNullElse(room, "");
        epoch = Objects.requireNonNullElse(epoch, "");
        payload = Objects.requireNonNullElse(payload, "");
        note = Objects.requireNonNullElse(note, "");
    }

    /** Something that the bench itself did. */
    static Entry ofBench(long t, Kind kind, long seq, String note) {
        return new Entry(t, kind, 0, 0, "", "", seq, 0, "", note);
    }

    /** For a witness. */
    String who() {
        return "client " + client + ", connection " + connection;
    }
}
