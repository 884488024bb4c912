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
 * What a returning client gets: what it missed, or a plain word that it can't have it. Never a part without saying so.
 *
 * @param reason why the position can't be continued from, or null if it can
 * @param gap the messages lost for this client, if they can be told by numbers
 * @param missed what to send at once, oldest first; if it ends before the head, the rest follows
 */
record Recovery(@Nullable Unrecovered reason, Event.@Nullable Gap gap, List<Message> missed) {

    /**
     * Compares a position with what a room still knows.
     *
     * @param epoch the room's
     */
    static Recovery plan(RoomId room, String epoch, MessageWindow window, JoinRequest request) {
        Position since = request.since();
        List<Message> newest = request.history() == 0 ? List.of() : page(window, window.head() - request.history() + 1);
        if (since == null) {
            return new Recovery(null, null, newest);
        }
        Unrecovered reason = fault(epoch, window, since);
        if (reason == null) {
            return new Recovery(null, null, page(window, since.seq() + 1));
        }
        if (reason != Unrecovered.TRIMMED) {
            return new Recovery(reason, null, newest);
        }
        long next = newest.isEmpty() ? window.head() + 1 : newest.get(0).seq();
        Event.Gap gap = new Event.Gap(room, since.seq() + 1, next - 1, Event.GapReason.TRIMMED);
        return new Recovery(reason, gap, newest);
    }

    /** What goes out with the answer; the rest follows page by page, as for a slow reader. */
    private static List<Message> page(MessageWindow window, long from) {
        return window.range(from, window.head(), RoomBacklog.PAGE_BYTES);
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
