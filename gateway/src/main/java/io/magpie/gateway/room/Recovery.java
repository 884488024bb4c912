package io.magpie.gateway.room;

import io.magpie.gateway.engine.MessageWindow;
import io.magpie.protocol.Event;
import io.magpie.protocol.Event.Unrecovered;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a returning client gets: all it missed, or a plain word that it can't have it. Never a part without saying so.
 *
 * @param reason why the position can't be continued from, or null if it can
 * @param gap the messages lost for this client, if they can be told by numbers
 * @param missed what to send, oldest first
 */
record Recovery(@Nullable Unrecovered reason, Event.@Nullable Gap gap, List<Message> missed) {

    /**
     * Compares a position with what a room still knows.
     *
     * @param epoch the room's
     */
    static Recovery plan(RoomId room, String epoch, MessageWindow window, JoinRequest request) {
        Position since = request.since();
        List<Message> newest = window.range(window.head() - request.history() + 1, window.head());
        if (since == null) {
            return new Recovery(null, null, newest);
        }
        Unrecovered reason = fault(epoch, window, since);
        if (reason == null) {
            return new Recovery(null, null, window.range(since.seq() + 1, window.head()));
        }
        if (reason != Unrecovered.TRIMMED) {
            return new Recovery(reason, null, newest);
        }
        long next = newest.isEmpty() ? window.head() + 1 : newest.get(0).seq();
        Event.Gap gap = new Event.Gap(room, since.seq() + 1, next - 1, Event.GapReason.TRIMMED);
        return new Recovery(reason, gap, newest);
    }

    private static @Nullable Unrecovered fault(String epoch, MessageWindow window, Position since) {
        if (!since.epoch().equals(epoch)) {
            return Unrecovered.EPOCH;
        }
        if (since.seq() > window.head()) {
            return Unrecovered.AHEAD;
        }
        if (!window.covers(since.seq())) {
            return Unrecovered.TRIMMED;
        }
        boolean known = since.at() != Position.NO_TIME && since.seq() >= window.first();
        return known && window.get(since.seq()).at() != since.at() ? Unrecovered.FORK : null;
    }
}
