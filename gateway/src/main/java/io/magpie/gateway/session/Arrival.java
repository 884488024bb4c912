package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.hooks.Asking;
import io.magpie.gateway.hooks.JoinQuestion;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.JoinRequest;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client on its way into all its rooms at once, by {@code connect} or {@code show}. Every room is entered, but nothing
 * is delivered from any until all have answered: then one frame tells how they stand and holds a page of what was
 * missed, and each room goes on from where that frame ends. What the client sends meanwhile is held, so that it may send
 * without waiting. Belongs to the session's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Arrival {
    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

    private final EnvelopeSession session;
    private final Op op;
    private final @Nullable RequestId id;
    private final Function<Map<RoomId, Event.RoomState>, Event> answer;
    private final List<Replay> replays = new ArrayList<>();
    private final Held held;
    private int open;

    /** The rooms that the backend is asked about, with where the client is in them. */
    private Map<RoomId, @Nullable Position> asking = Map.of();

    /** @param answer what to say when it is known how the rooms stand */
    Arrival(
            EnvelopeSession session,
            Op op,
            @Nullable RequestId id,
            Function<Map<RoomId, Event.RoomState>, Event> answer) {
        this.session = session;
        this.op = op;
        this.id = id;
        this.answer = answer;
        this.held =
                new Held(session.services().config().websocket().maxMessage().bytes());
    }

    /**
     * Enters the rooms that the client names and, if it has a ticket, those that its earlier connection was in. What the
     * client says of its rooms counts; the others go on from where that connection was.
     */
    void connect(Optional<Ticket> ticket, Map<RoomId, @Nullable Position> named) {
        Seats seats = session.services().seats();
        session.memberships().park();
        seats.hold(session.connection(), session);
        ticket.ifPresentOrElse(
                known -> seats.take(known, session.connection(), old -> resume(named, old)), () -> ask(named));
    }

    private void resume(Map<RoomId, @Nullable Position> named, Map<RoomId, @Nullable Position> old) {
        Map<RoomId, @Nullable Position> rooms = new LinkedHashMap<>(named);
        int most = session.services().config().limits().roomsPerConnection();
        old.forEach((room, position) -> {
            if (!rooms.containsKey(room) && rooms.size() < most) {
                rooms.put(room, position);
            }
        });
        if (session.connection().open()) {
            ask(rooms);
        } else {
            session.services().seats().keep(session.connection(), rooms);
        }
    }

    /** Enters the rooms; where the backend is asked about that, those that it allows. */
    private void ask(Map<RoomId, @Nullable Position> asked) {
        Asking<JoinQuestion> backend = session.services().hooks().join();
        if (backend == null) {
            enter(asked);
            return;
        }
        Map<RoomId, @Nullable Position> rooms = permitted(asked);
        if (rooms.isEmpty()) {
            enter(rooms);
            return;
        }
        asking = rooms;
        open = rooms.size();
        Deque<RoomId> next = new ArrayDeque<>(rooms.keySet());
        Map<RoomId, @Nullable Position> allowed = new LinkedHashMap<>(rooms);
        for (int i = 0; i < Doorway.MAX_ASKED; i++) {
            askNext(backend, next, allowed);
        }
    }

    /** Asks about the next room, and about the one after it when that is answered. */
    private void askNext(Asking<JoinQuestion> backend, Deque<RoomId> next, Map<RoomId, @Nullable Position> allowed) {
        RoomId room = next.poll();
        if (room == null) {
            return;
        }
        Doorway.ask(backend, session, room, ruling -> {
            if (!session.connection().open()) {
                return;
            }
            Doorway.guarded(session.connection(), () -> {
                if (!Doorway.allows(session, op, id, room, ruling)) {
                    allowed.remove(room);
                }
                if (--open == 0) {
                    asking = Map.of();
                    enter(allowed);
                } else {
                    askNext(backend, next, allowed);
                }
            });
        });
    }

    /** Where the client is in all its rooms, also those that the backend is still asked about. */
    Map<RoomId, @Nullable Position> positions() {
        Map<RoomId, @Nullable Position> positions = session.memberships().positions();
        asking.forEach(positions::putIfAbsent);
        return positions;
    }

    /** Comes back into all rooms that the session is in, where the client says otherwise from there. */
    void show(Map<RoomId, @Nullable Position> named) {
        session.memberships().hide(false);
        Map<RoomId, @Nullable Position> rooms = session.memberships().positions();
        named.forEach((room, position) -> {
            if (!rooms.containsKey(room)) {
                session.replies().failed(op, id, ErrorCode.NOT_JOINED, "not in " + LogText.quote(room.value()));
            } else if (position != null) {
                rooms.put(room, position);
            }
        });
        enter(rooms);
    }

    /** Enters the rooms, each from its position if there is one. Once; nothing is live in the session. */
    private void enter(Map<RoomId, @Nullable Position> asked) {
        Map<RoomId, @Nullable Position> rooms = permitted(asked);
        open = rooms.size();
        if (open == 0) {
            finish();
        }
        rooms.forEach((room, since) -> {
            Membership member = session.memberships().reserve(room);
            if (since != null) {
                session.memberships().keep(room, since);
            }
            ask(member, since);
        });
    }

    /** Without the rooms that the client may not be in, which it is told. */
    private Map<RoomId, @Nullable Position> permitted(Map<RoomId, @Nullable Position> asked) {
        Map<RoomId, @Nullable Position> rooms = new LinkedHashMap<>();
        asked.forEach((room, since) -> {
            if (session.login().mayJoin(room)) {
                rooms.put(room, since);
            } else {
                session.replies().failed(op, id, ErrorCode.FORBIDDEN, Memberships.forbidden(room));
            }
        });
        return rooms;
    }

    private void ask(Membership member, @Nullable Position since) {
        session.services().rooms().join(member, new JoinRequest(since, 0), outcome -> onAnswer(member, since, outcome));
    }

    /** Keeps an envelope that the client sent without waiting until the answer is said. */
    void hold(Request request) {
        if (!held.add(request)) {
            session.replies().failed(op, request.id(), ErrorCode.BUSY, "the rooms are still being entered");
        }
    }

    private void onAnswer(Membership member, @Nullable Position since, JoinOutcome outcome) {
        if (!session.connection().open()) {
            return;
        }
        Position kept = session.memberships().kept(member.room());
        if (outcome instanceof JoinOutcome.Entered && !Objects.equals(kept, since)) {
            // A join that was under way when this began has been answered, with what was missed until then.
            ask(member, kept);
            return;
        }
        if (outcome instanceof JoinOutcome.Entered entered) {
            replays.add(new Replay(member, since, entered));
        } else if (outcome instanceof JoinOutcome.Refused refused) {
            session.memberships().cancel(member);
            session.replies().failed(op, id, refused.code(), refused.message());
        }
        if (--open == 0) {
            finish();
        }
    }

    private void finish() {
        Map<RoomId, Event.RoomState> states = new LinkedHashMap<>();
        replays.forEach(
                replay -> states.put(replay.member().room(), replay.entered().state()));
        List<Event> events = new ArrayList<>();
        events.add(answer.apply(states));
        int[] sent = new int[replays.size()];
        long left = Replay.MOST_AT_ONCE;
        for (int i = 0; i < sent.length; i++) {
            Replay replay = replays.get(i);
            Event.Gap gap = replay.entered().gap();
            if (gap != null) {
                events.add(gap);
            }
            List<Message> missed = replay.fitting(left);
            for (Message message : missed) {
                events.add(new Event.Delivered(message));
                left -= message.weight();
            }
            sent[i] = missed.size();
        }
        session.services().metrics().accepted(op);
        go(events, sent);
    }

    private void go(List<Event> events, int[] sent) {
        try {
            session.replies().send(events);
            session.memberships().unpark();
            for (int i = 0; i < sent.length; i++) {
                replays.get(i).admit(sent[i]);
            }
        } catch (RuntimeException e) {
            // Without its replay the client would have a silent gap.
            LOG.error("arrival.failed connection={}", session.connection().id(), e);
            session.close();
            return;
        }
        session.arrived(held);
    }
}
