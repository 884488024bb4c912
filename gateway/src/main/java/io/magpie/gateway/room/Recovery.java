package io.magpie.gateway.room;

import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.protocol.Command;
import io.magpie.protocol.Event;
import io.magpie.protocol.Event.Unrecovered;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a returning client gets: what it missed, or a plain word that it can't have it. Never a part without saying so.
 *
 * @param reason why the position can't be continued from, or null if it can
 * @param gap the messages lost for this client, if they can be told by numbers
 * @param missed what to send at once, oldest first
 * @param last the seq up to which the client has everything then, or has been told that it is gone; if that isn't the
 *     head, the rest follows
 */
record Recovery(@Nullable Unrecovered reason, Event.@Nullable Gap gap, List<Message> missed, long last) {
    /** The messages around a position: the one that it names, if it is kept, and what follows. */
    private static final int MIN_PAGE = 2;

    /**
     * What must be read from the log before {@link #plan} can say more, since the room's newest messages don't reach back
     * to the position.
     *
     * @param epoch the room's
     * @param page the most messages of a page
     */
    static Optional<Command.History> question(
            RoomId room, String epoch, MessageWindow window, @Nullable Position since, int page) {
        boolean here = since != null
                && since.epoch().equals(epoch)
                && since.seq() <= window.head()
                && since.seq() < window.first()
                && window.first() > 1;
        if (since == null || !here || (window.covers(since.seq()) && since.at() == Position.NO_TIME)) {
            return Optional.empty();
        }
        long after = Math.max(0, since.seq() - 1);
        return Optional.of(new Command.History(room, Command.History.UNSET, after, Math.max(MIN_PAGE, page)));
    }

    /**
     * Compares a position with what a room still knows.
     *
     * @param epoch the room's
     * @param older the answer to {@link #question}, or null if there was none
     */
    static Recovery plan(
            RoomId room, String epoch, MessageWindow window, JoinRequest request, Engine.@Nullable Page older) {
        Position since = request.since();
        long head = window.head();
        List<Message> newest = request.history() == 0 ? List.of() : page(window, head - request.history() + 1);
        if (since == null) {
            return new Recovery(null, null, newest, last(newest, head));
        }
        Log log = new Log(window, older);
        Unrecovered reason = fault(epoch, head, since, log);
        if (reason == null) {
            List<Message> missed = log.after(since.seq());
            return new Recovery(null, null, missed, last(missed, since.seq()));
        }
        if (reason != Unrecovered.TRIMMED) {
            return new Recovery(reason, null, newest, last(newest, head));
        }
        long next = newest.isEmpty() ? head + 1 : newest.get(0).seq();
        Event.Gap gap = new Event.Gap(room, since.seq() + 1, next - 1, Event.GapReason.TRIMMED);
        return new Recovery(reason, gap, newest, last(newest, head));
    }

    /** What goes out with the answer; the rest follows page by page, as for a slow reader. */
    private static List<Message> page(MessageWindow window, long from) {
        return window.range(from, window.head(), RoomBacklog.PAGE_BYTES);
    }

    private static long last(List<Message> messages, long otherwise) {
        return messages.isEmpty()
                ? otherwise
                : messages.get(messages.size() - 1).seq();
    }

    private static @Nullable Unrecovered fault(String epoch, long head, Position since, Log log) {
        if (since.seq() == 0 && head == 0) {
            // Nothing was ever said, whatever the log is called now.
            return null;
        }
        if (!since.epoch().equals(epoch)) {
            return Unrecovered.EPOCH;
        }
        if (since.seq() > head) {
            return Unrecovered.AHEAD;
        }
        if (log.first() > since.seq() + 1) {
            return Unrecovered.TRIMMED;
        }
        long at = log.at(since.seq());
        boolean known = since.at() != Position.NO_TIME && at != Position.NO_TIME;
        return known && at != since.at() ? Unrecovered.FORK : null;
    }

    /**
     * A room's messages around a position, from where they are known.
     *
     * @param older what was read of the log, or null if the window reaches back far enough
     */
    private record Log(MessageWindow window, Engine.@Nullable Page older) {
        /** The seq of the first message that is known to be kept; the next one's, if none is. */
        long first() {
            if (older == null || older.messages().isEmpty()) {
                return window.first();
            }
            return Math.min(window.first(), older.messages().get(0).seq());
        }

        /** The time of a message, or {@link Position#NO_TIME} if it isn't kept. */
        long at(long seq) {
            if (seq >= window.first() && seq <= window.head()) {
                return window.get(seq).at();
            }
            return older == null
                    ? Position.NO_TIME
                    : older.messages().stream()
                            .filter(message -> message.seq() == seq)
                            .mapToLong(Message::at)
                            .findFirst()
                            .orElse(Position.NO_TIME);
        }

        /** Some of the messages after one, without a hole; none if there are none or they must be asked for. */
        List<Message> after(long seq) {
            if (window.covers(seq) || older == null) {
                return page(window, seq + 1);
            }
            // What is stored but isn't announced yet comes live.
            return older.messages().stream()
                    .filter(message -> message.seq() > seq && message.seq() <= window.head())
                    .toList();
        }
    }
}
