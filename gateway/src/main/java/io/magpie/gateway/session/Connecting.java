package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.JoinRequest;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code connect} under way. It first asks every room how it stands, so that {@code connected} can say it, and enters
 * the rooms after that; what is said in between is replayed by the entry, so nothing comes before {@code connected} and
 * nothing is lost. What the client sends meanwhile is held, so that it may send without waiting. Belongs to the
 * session's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Connecting {
    /** Envelopes that may wait for {@code connected}: as many as a frame may hold. */
    private static final int MAX_HELD = 64;

    private final EnvelopeSession session;
    private final @Nullable RequestId id;
    private final Map<RoomId, @Nullable Position> rooms;
    private final Map<RoomId, Event.RoomState> found = new LinkedHashMap<>();
    private final List<Request> held = new ArrayList<>();
    private int open;

    Connecting(EnvelopeSession session, @Nullable RequestId id, Map<RoomId, @Nullable Position> rooms) {
        this.session = session;
        this.id = id;
        this.rooms = rooms;
    }

    void start() {
        open = rooms.size();
        if (open == 0) {
            finish();
        }
        rooms.forEach((room, since) -> {
            Membership member = session.memberships().reserve(room);
            session.services().rooms().peek(member, new JoinRequest(since, 0), outcome -> onFound(member, outcome));
        });
    }

    /** Keeps an envelope that the client sent without waiting until {@code connected} is said. */
    void hold(Request request) {
        if (held.size() < MAX_HELD) {
            held.add(request);
        } else {
            session.replies().failed(Op.CONNECT, request.id(), ErrorCode.BUSY, "connect is still under way");
        }
    }

    private void onFound(Membership member, JoinOutcome outcome) {
        if (!session.connection().open()) {
            return;
        }
        if (outcome instanceof JoinOutcome.Found state) {
            found.put(member.room(), state.state());
        } else if (outcome instanceof JoinOutcome.Refused refused) {
            session.memberships().cancel(member);
            session.replies().failed(Op.CONNECT, id, refused.code(), refused.message());
        }
        if (--open == 0) {
            finish();
        }
    }

    private void finish() {
        var config = session.services().config();
        session.services().metrics().accepted(Op.CONNECT);
        session.replies()
                .send(new Event.Connected(
                        id,
                        session.connection().id(),
                        session.self(),
                        null,
                        config.heartbeat().interval().toSeconds(),
                        new Event.Limits(
                                config.limits().message().intBytes(),
                                config.limits().roomsPerConnection(),
                                config.limits().historyPage()),
                        found));
        found.forEach((room, state) -> {
            Position since = rooms.get(room);
            Position from = since != null && state.recovered() ? since : state.head();
            session.join(room, new JoinRequest(from, 0), Op.CONNECT, null);
        });
        session.welcomed(held);
    }
}
