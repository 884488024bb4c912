package io.magpie.gateway.session;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.JoinRequest;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms that one session is in, or is about to enter. They are all live, or all <em>parked</em>: then no room
 * delivers anything, the rooms still count the member, and what is kept is where each is to go on. Belongs to the
 * session's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Memberships {
    private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);

    private final EnvelopeSession session;
    private final Map<RoomId, Membership> byRoom = new LinkedHashMap<>();

    /** Where rooms are to go on, as far as it is known, while the session is parked; null while it is live. */
    private @Nullable Map<RoomId, Position> parked;

    private boolean hidden;

    Memberships(EnvelopeSession session) {
        this.session = session;
    }

    int size() {
        return byRoom.size();
    }

    /** The membership of a room, or null if there is none. */
    @Nullable
    Membership of(RoomId room) {
        return byRoom.get(room);
    }

    /** The membership of a room, made now if there is none; live delivery begins when the room has answered. */
    Membership reserve(RoomId room) {
        return byRoom.computeIfAbsent(room, r -> new Membership(r, session.connection(), session.self()));
    }

    /** Gives up a membership that the room refused. */
    void cancel(Membership member) {
        byRoom.remove(member.room(), member);
        forget(member.room());
    }

    /** The membership of a connected client; if there is none, the client has been told. */
    Optional<Membership> require(Op op, @Nullable RequestId id, RoomId room) {
        if (session.refuseUnconnected()) {
            return Optional.empty();
        }
        Optional<Membership> member = Optional.ofNullable(of(room));
        if (member.isEmpty()) {
            session.replies().failed(op, id, ErrorCode.NOT_JOINED, "join the room first");
        }
        return member;
    }

    /**
     * Enters a room if the client may, or asks again for what was missed if it is there; if it may not, it is told.
     *
     * @param doorway where the backend is asked about rooms; null if it isn't
     */
    void enter(@Nullable RequestId id, Command.Join command, @Nullable Doorway doorway) {
        GatewayConfig.Limits limits = session.services().config().limits();
        RoomId room = command.room();
        if (!session.login().mayJoin(room)) {
            session.replies().failed(Op.JOIN, id, ErrorCode.FORBIDDEN, "you may not be in this room");
            return;
        }
        boolean known = of(room) != null;
        int entering = doorway == null ? 0 : doorway.size();
        if (!known && size() + entering >= limits.roomsPerConnection()) {
            session.replies().failed(Op.JOIN, id, ErrorCode.LIMIT, "this connection is in too many rooms");
            return;
        }
        JoinRequest request = new JoinRequest(command.since(), Math.min(command.history(), limits.historyPage()));
        if (doorway == null || known) {
            join(id, room, request);
        } else {
            // Somebody has work from it, so it counts like a send.
            long wait = session.gate()
                    .take(session.self().id(), session.services().nanos().getAsLong());
            if (wait > 0) {
                session.replies().failed(Op.JOIN, id, ErrorCode.RATE_LIMITED, "too many joins", wait);
            } else {
                doorway.ask(id, room, () -> join(id, room, request));
            }
        }
    }

    private void join(@Nullable RequestId id, RoomId room, JoinRequest request) {
        Membership member = reserve(room);
        session.services().rooms().join(member, request, outcome -> onJoined(id, member, request, outcome));
    }

    private void onJoined(@Nullable RequestId id, Membership member, JoinRequest request, JoinOutcome outcome) {
        if (byRoom.get(member.room()) != member) {
            return; // left or refused meanwhile
        }
        if (outcome instanceof JoinOutcome.Entered entered) {
            try {
                Replay replay = new Replay(member, request.since(), entered);
                go(replay, session.replies().joined(id, replay));
            } catch (RuntimeException e) {
                // Without its replay the member would have a silent gap.
                LOG.error("join.failed connection={}", session.connection().id(), e);
                session.close();
            }
        } else if (outcome instanceof JoinOutcome.Refused refused) {
            cancel(member);
            session.replies().failed(Op.JOIN, id, refused.code(), refused.message());
        }
    }

    private void go(Replay replay, int sent) {
        if (parked == null) {
            replay.admit(sent);
        } else if (replay.from() != null || kept(replay.member().room()) == null) {
            keep(replay.member().room(), replay.at(sent));
        }
    }

    /** Parks the session because the client hides, or in order to bring it back. */
    void hide(boolean hide) {
        park();
        if (hidden != hide) {
            hidden = hide;
            session.services().metrics().hidden(hide ? 1 : -1);
        }
    }

    /** Stops delivery from all rooms and notes where each stands; does nothing if that is so already. */
    void park() {
        if (parked != null) {
            return;
        }
        parked = new HashMap<>();
        for (Membership member : byRoom.values()) {
            Position position = member.position();
            if (position != null) {
                keep(member.room(), position);
            }
            member.stop();
        }
    }

    /** Where a parked room is to go on, or null if it isn't known yet. */
    @Nullable
    Position kept(RoomId room) {
        return parked == null ? null : parked.get(room);
    }

    /** Says where a parked room is to go on. */
    void keep(RoomId room, Position position) {
        if (parked != null) {
            parked.put(room, position);
        }
    }

    /** Delivery may begin again: whoever calls this lets every room admit its member. */
    void unpark() {
        parked = null;
    }

    /** All rooms with where they stand; without a position where the room hasn't answered yet. */
    Map<RoomId, @Nullable Position> positions() {
        Map<RoomId, @Nullable Position> positions = new LinkedHashMap<>();
        byRoom.forEach((room, member) -> positions.put(room, parked == null ? member.position() : parked.get(room)));
        return positions;
    }

    /**
     * Ends live delivery at once and tells the room.
     *
     * @param done called when the room no longer counts the member
     */
    void leave(Membership member, Runnable done) {
        byRoom.remove(member.room(), member);
        forget(member.room());
        member.stop();
        session.services().rooms().leave(member, done);
    }

    /** Leaves the rooms that the client may no longer be in, and tells it. */
    void leaveForbidden(Login login) {
        for (Membership member : List.copyOf(byRoom.values())) {
            if (!login.mayJoin(member.room())) {
                leave(member, () -> {});
                session.replies().failed(Op.REFRESH, null, ErrorCode.FORBIDDEN, forbidden(member.room()));
            }
        }
    }

    /** What to say of a room that isn't entered, or is left, because the client may not be there. */
    static String forbidden(RoomId room) {
        return "you may not be in " + LogText.quote(room.value());
    }

    private void forget(RoomId room) {
        if (parked != null) {
            parked.remove(room);
        }
    }

    /** The session ends. */
    void leaveAll() {
        hide(false);
        List.copyOf(byRoom.values()).forEach(member -> leave(member, () -> {}));
    }
}
