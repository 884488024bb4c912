package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.RoomMembers;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes what one session answers, and counts it. Belongs to the session's loop. */
@OwnedBy(Owner.EVENT_LOOP)
final class Replies {
    /** So many refused envelopes in this span end the connection: the client won't get better by itself. */
    private static final int MAX_BAD_REQUESTS = 10;

    private static final long BAD_REQUEST_SPAN = TimeUnit.SECONDS.toNanos(60);

    private final SessionServices services;
    private final Connection connection;
    private final FrameFormat format;
    private int badRequests;
    private long badSinceNanos;

    Replies(SessionServices services, Connection connection) {
        this.services = services;
        this.connection = connection;
        // An answer to one client is small and not shared: compressing it doesn't pay.
        this.format = FrameFormat.of(connection.format().encoding());
    }

    /** One envelope. */
    void send(Event event) {
        send(List.of(event));
    }

    /** The answer to a command that was carried out; nothing is sent if the client gave no id. */
    void accepted(Op op, @Nullable RequestId id, Event answer) {
        services.metrics().accepted(op);
        if (id != null) {
            send(answer);
        }
    }

    /** The answer to a command that wasn't; sent in any case. */
    void failed(Op op, @Nullable RequestId id, ErrorCode code, String message) {
        services.metrics().refused(op, code);
        send(new Event.Failed(id, code, message, Event.UNSET));
        if (op == Op.INVALID) {
            countBadRequest();
        }
    }

    /** What follows a successful join: the answer if it is wanted, the gap if there is one, what was missed. */
    void entered(Op op, @Nullable RequestId id, RoomId room, JoinOutcome.Entered entered) {
        List<Event> events = new ArrayList<>();
        if (op == Op.JOIN) {
            services.metrics().accepted(op);
        }
        if (op == Op.JOIN || !entered.state().recovered()) {
            events.add(new Event.Joined(id, room, entered.state()));
        }
        if (entered.gap() != null) {
            events.add(entered.gap());
        }
        entered.missed().forEach(message -> events.add(new Event.Delivered(message)));
        if (!events.isEmpty()) {
            send(events);
        }
    }

    void page(@Nullable RequestId id, RoomId room, Engine.Page page) {
        accepted(Op.HISTORY, id, new Event.HistoryPage(id, room, page.epoch(), page.messages(), page.more()));
    }

    void members(@Nullable RequestId id, RoomId room, RoomMembers list) {
        accepted(Op.MEMBERS, id, new Event.MemberList(id, room, list.count(), list.sample()));
    }

    private void send(List<Event> events) {
        connection.send(services.encoder().encode(format, events));
    }

    private void countBadRequest() {
        long now = services.nanos().getAsLong();
        if (badRequests == 0 || now - badSinceNanos > BAD_REQUEST_SPAN) {
            badSinceNanos = now;
            badRequests = 0;
        }
        badRequests++;
        if (badRequests >= MAX_BAD_REQUESTS) {
            connection.close(CloseCode.TOO_MANY_BAD_REQUESTS, badRequests + " bad envelopes within a minute");
        }
    }
}
