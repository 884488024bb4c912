package io.magpie.gateway.session;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.RoomMembers;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        failed(op, id, code, message, Event.UNSET);
    }

    /** The same; {@code after} in milliseconds says when it may be tried again, or {@link Event#UNSET}. */
    void failed(Op op, @Nullable RequestId id, ErrorCode code, String message, long after) {
        services.metrics().refused(op, code);
        send(new Event.Failed(id, code, message, after));
        if (op == Op.INVALID) {
            countBadRequest();
        }
    }

    /**
     * What follows a successful join: the answer, the gap if there is one, and what was missed; of that nothing yet
     * where much waits for the client already, who may have joined a hundred rooms at once.
     *
     * @return how many of the messages that were missed have been sent
     */
    int joined(@Nullable RequestId id, Replay replay) {
        JoinOutcome.Entered entered = replay.entered();
        List<Event> events = new ArrayList<>();
        services.metrics().accepted(Op.JOIN);
        events.add(new Event.Joined(id, replay.member().room(), entered.state()));
        if (entered.gap() != null) {
            events.add(entered.gap());
        }
        List<Message> missed = connection.writable() ? entered.missed() : List.of();
        missed.forEach(message -> events.add(new Event.Delivered(message)));
        send(events);
        return missed.size();
    }

    /** The answer to {@code connect}. */
    Event connected(@Nullable RequestId id, Sender self, Map<RoomId, Event.RoomState> rooms) {
        GatewayConfig config = services.config();
        return new Event.Connected(
                id,
                connection.id(),
                self,
                services.tickets().issue(self.id(), connection.loop().index(), connection.id()),
                config.heartbeat().interval().toSeconds(),
                new Event.Limits(
                        config.limits().message().intBytes(),
                        config.limits().roomsPerConnection(),
                        config.limits().historyPage()),
                rooms);
    }

    void page(@Nullable RequestId id, RoomId room, Engine.Page page) {
        accepted(Op.HISTORY, id, new Event.HistoryPage(id, room, page.epoch(), page.messages(), page.more()));
    }

    void members(@Nullable RequestId id, RoomId room, RoomMembers list) {
        accepted(Op.MEMBERS, id, new Event.MemberList(id, room, list.count(), list.sample()));
    }

    /** Whether a body is larger than may be said; if so, the client has been told. */
    boolean tooLarge(Op op, @Nullable RequestId id, Body body) {
        ByteSize most = services.config().limits().message();
        boolean refused = body.bytes().length > most.bytes();
        if (refused) {
            failed(op, id, ErrorCode.TOO_LARGE, "data is larger than " + most);
        }
        return refused;
    }

    /** Several envelopes in one frame. */
    void send(List<Event> events) {
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
