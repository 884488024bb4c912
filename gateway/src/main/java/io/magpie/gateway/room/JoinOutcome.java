package io.magpie.gateway.room;

import io.magpie.gateway.delivery.LoopMembers;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room answers to a joiner. */
public sealed interface JoinOutcome {
    /**
     * The joiner is counted in. Everything after {@code missed} comes live to {@code list}, to which the joiner's loop
     * must add it in the task that gets this outcome.
     *
     * @param gap what is lost for the joiner, or null
     * @param missed what is sent again before live delivery begins, oldest first
     */
    record Entered(Event.RoomState state, Event.@Nullable Gap gap, List<Message> missed, LoopMembers list)
            implements JoinOutcome {}

    /** What a joiner would find now; nobody was counted in. */
    record Found(Event.RoomState state) implements JoinOutcome {}

    /** The joiner isn't in. */
    record Refused(ErrorCode code, String message) implements JoinOutcome {}
}
