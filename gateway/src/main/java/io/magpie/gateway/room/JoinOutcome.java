package io.magpie.gateway.room;

import io.magpie.gateway.delivery.LoopMembers;
import io.magpie.gateway.delivery.Membership;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room answers to a joiner. */
public sealed interface JoinOutcome {
    /**
     * The joiner is counted in. In the task that gets this outcome its loop must send it {@code missed} and then call
     * {@link #admit(Membership, boolean)}, or later, with a part of that, {@link #admit(Membership, boolean, long)};
     * everything after that comes by itself.
     *
     * @param gap what is lost for the joiner, or null
     * @param missed what is sent again at once, oldest first
     * @param last the seq up to which the joiner has everything then; where that is before the head, the rest is fed
     */
    record Entered(Event.RoomState state, Event.@Nullable Gap gap, List<Message> missed, long last, LoopMembers list)
            implements JoinOutcome {

        /**
         * Begins delivery to the joiner. Called on its loop.
         *
         * @param resumed whether the joiner continues from a position, so that what it may have got since it asked is
         *     in {@code missed}
         */
        public void admit(Membership member, boolean resumed) {
            admit(member, resumed, last);
        }

        /**
         * Like the other, but any time after the task that got this outcome, and for a joiner that may have been sent
         * only a part of {@code missed}: it is fed what came meanwhile and what wasn't sent.
         *
         * @param last the seq of the last message that it has
         */
        public void admit(Membership member, boolean resumed, long last) {
            list.add(member, state.head());
            if (last < list.head()) {
                list.behind(member, last);
            } else if (resumed) {
                list.caughtUp(member);
            }
        }
    }

    /** What a joiner would find now; nobody was counted in. */
    record Found(Event.RoomState state) implements JoinOutcome {}

    /** The joiner isn't in. */
    record Refused(ErrorCode code, String message) implements JoinOutcome {}
}
