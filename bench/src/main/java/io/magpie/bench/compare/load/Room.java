package io.magpie.bench.compare.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room: its members, and the stream that they get.
 *
 * <p>Owner: the event loop of the load. Closing it frees what inflating needs.
 */
final class Room implements AutoCloseable {
    private final int number;
    private final RoomLog log = new RoomLog();
    private final List<Member> members = new ArrayList<>();
    private @Nullable Inflation inflation;

    Room(int number) {
        this.number = number;
    }

    /** The number that the dialect knows it by. */
    int number() {
        return number;
    }

    RoomLog log() {
        return log;
    }

    List<Member> members() {
        return members;
    }

    /** A member negotiated permessage-deflate; all members do alike. */
    void compressed(boolean takeover) {
        if (inflation == null) {
            inflation = new Inflation(takeover);
        }
    }

    /** Whether compressed messages have to be inflated in the stream's order, each once. */
    boolean takesContextOver() {
        return inflation != null && inflation.takeover();
    }

    /** @throws DeliveryFault if it can't be inflated, or compression wasn't negotiated */
    byte[] inflate(byte[] message) throws DeliveryFault {
        if (inflation == null) {
            throw new DeliveryFault("a compressed message came, though compression wasn't negotiated");
        }
        return inflation.inflate(message);
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }
}
