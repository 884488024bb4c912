package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one joiner of a room missed, of which some goes out at once and the rest is fed.
 *
 * @param from where it goes on from, or null if it begins
 */
record Replay(Membership member, @Nullable Position from, JoinOutcome.Entered entered) {
    /**
     * At most so much of what was missed goes out at once, in {@link Message#weight}: as much as a page of
     * {@link io.magpie.gateway.delivery.Backlog}, since it's all in one frame.
     */
    static final long MOST_AT_ONCE = 64 * 1024;

    /** The first messages missed that are together no larger than so many bytes; maybe none. */
    List<Message> fitting(long bytes) {
        List<Message> fitting = new ArrayList<>();
        long left = bytes;
        for (Message message : entered.missed()) {
            left -= message.weight();
            if (left < 0) {
                break;
            }
            fitting.add(message);
        }
        return fitting;
    }

    /** The seq of the last message that the joiner has when it was sent so many of those missed. */
    long after(int sent) {
        List<Message> missed = entered.missed();
        if (!missed.isEmpty()) {
            return missed.get(0).seq() - 1 + sent;
        }
        return from != null && entered.state().recovered()
                ? from.seq()
                : entered.state().head().seq();
    }

    /** Its position then. */
    Position at(int sent) {
        return new Position(entered.state().head().epoch(), after(sent), Position.NO_TIME);
    }

    /** Begins delivery after so many of those missed. */
    void admit(int sent) {
        entered.admit(member, from != null && entered.state().recovered(), after(sent));
    }
}
