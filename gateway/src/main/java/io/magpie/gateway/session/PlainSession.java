package io.magpie.gateway.session;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.Frames;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.hooks.Asking;
import io.magpie.gateway.hooks.JoinQuestion;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.room.JoinOutcome;
import io.magpie.gateway.room.JoinRequest;
import io.magpie.gateway.room.Publication;
import io.magpie.gateway.room.Publisher;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection without a sub-protocol: its frames are messages of one room, as they are. */
@OwnedBy(Owner.EVENT_LOOP)
final class PlainSession implements Session, Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(PlainSession.class);
    private static final int MAX_EARLY = 16;
    private static final String FORBIDDEN = "you may not be in this room";
    private static final byte[] PONG = "pong".getBytes(StandardCharsets.UTF_8);

    private final SessionServices services;
    private final Connection connection;
    private final Handshake handshake;
    private final Login login;
    private final SendGate gate;
    private final @Nullable AskedSends asked;
    private @Nullable Membership membership;

    /** What the client says before it is known who it is. */
    private @Nullable List<Body> early;

    PlainSession(SessionServices services, Connection connection, Handshake handshake) {
        this.services = services;
        this.connection = connection;
        this.handshake = handshake.withoutToken();
        this.login = new Login(services, connection, handshake.token(), handshake.address());
        this.gate = new SendGate(services, connection, handshake.address());
        this.asked = AskedSends.of(services, connection, login);
    }

    @Override
    public void onOpen() {
        String name = handshake.room();
        RoomId room;
        try {
            room = new RoomId(name == null ? services.config().plain().defaultRoom() : name);
        } catch (ProtocolException e) {
            connection.close(CloseCode.MISUSE, e.getMessage());
            return;
        }
        if (room.reserved()) {
            connection.close(CloseCode.MISUSE, "room names that begin with @ are reserved");
            return;
        }
        login.begin(null, left -> {}, () -> enter(room));
    }

    private void enter(RoomId room) {
        if (!login.mayJoin(room)) {
            connection.close(CloseCode.FORBIDDEN, FORBIDDEN);
            return;
        }
        Asking<JoinQuestion> backend = services.hooks().join();
        if (backend == null) {
            admit(room);
        } else {
            backend.ask(
                    new JoinQuestion(login.sender(), room, connection.id()),
                    ruling -> connection.loop().run(() -> ruled(room, ruling)));
        }
    }

    private void ruled(RoomId room, Ruling ruling) {
        if (!connection.open()) {
            return;
        }
        if (ruling instanceof Ruling.Unavailable none) {
            connection.close(CloseCode.DEPENDENCY_FAILED, none.message());
        } else if (ruling instanceof Ruling.Denied denied) {
            connection.close(CloseCode.FORBIDDEN, denied.reason().isEmpty() ? FORBIDDEN : denied.reason());
        } else if (!login.mayJoin(room)) {
            connection.close(CloseCode.FORBIDDEN, FORBIDDEN);
        } else {
            admit(room);
        }
    }

    private void admit(RoomId room) {
        connection.activate();
        Membership entering = new Membership(room, connection, login.sender());
        membership = entering;
        int history = Math.min(handshake.history(), services.config().limits().historyPage());
        JoinRequest request = new JoinRequest(null, history);
        if (handshake.since() == Handshake.NO_SINCE) {
            services.rooms().join(entering, request, outcome -> joined(entering, outcome));
        } else {
            // A plain client has no epoch to give, so it resumes in the one that is.
            services.rooms().peek(entering, request, outcome -> resume(entering, outcome));
        }
        List<Body> held = early;
        early = null;
        if (held != null) {
            held.forEach(this::publish);
        }
    }

    @Override
    public DeliveryLoop loop() {
        return connection.loop();
    }

    @Override
    public boolean mayPublish(RoomId room) {
        return login.maySay(room);
    }

    @Override
    public void onText(ByteBuf payload) {
        if (services.config().plain().heartbeats().contains(text(payload))) {
            ByteBuf pong = Unpooled.buffer(Frames.MAX_HEADER + PONG.length);
            Frames.header(pong, Frames.TEXT, false, PONG.length);
            connection.send(pong.writeBytes(PONG));
            services.metrics().accepted(Op.PING);
        } else {
            publish(new Body.Text(ByteBufUtil.getBytes(payload)));
        }
    }

    @Override
    public void onBinary(ByteBuf payload) {
        publish(new Body.Binary(ByteBufUtil.getBytes(payload)));
    }

    @Override
    public void onAppended(RoomId room, @Nullable RequestId id, Appended outcome) {
        gate.answered();
        if (outcome instanceof Appended.Refused refused) {
            services.metrics().refused(Op.SEND, refused.code());
            LOG.info(
                    "message.refused connection={} code={}",
                    connection.id(),
                    refused.code().wireName());
        } else {
            services.metrics().accepted(Op.SEND);
        }
    }

    @Override
    public Clients.Client describe() {
        return gate.describe(login, membership == null ? 0 : 1);
    }

    @Override
    public void recheck() {
        Membership member = membership;
        if (member != null && !login.mayJoin(member.room())) {
            connection.close(CloseCode.FORBIDDEN, "you may not be in this room any more");
        }
    }

    @Override
    public void onLeaving(long afterMillis, String reason) {
        // It has no way to be told.
    }

    @Override
    public void onClosing(CloseCode code, String reason) {
        login.closing(code);
        leave();
    }

    @Override
    public void onClosed() {
        leave();
    }

    /** The text if it is short enough to be a heartbeat, else nothing. */
    private static String text(ByteBuf payload) {
        return payload.readableBytes() > GatewayConfig.Plain.MAX_HEARTBEAT
                ? ""
                : payload.toString(StandardCharsets.UTF_8);
    }

    private void publish(Body body) {
        Membership member = membership;
        ByteSize most = services.config().limits().message();
        if (body.bytes().length > most.bytes()) {
            // It can't be told in any other way, and would send the same again.
            services.metrics().refused(Op.SEND, ErrorCode.TOO_LARGE);
            connection.close(CloseCode.TOO_BIG, "a message is larger than " + most);
        } else if (member == null) {
            hold(body);
        } else if (!login.maySend(member.room())) {
            services.metrics().refused(Op.SEND, ErrorCode.FORBIDDEN);
            connection.close(CloseCode.FORBIDDEN, "you may only listen in this room");
        } else if (gate.take(login.sender().id(), services.nanos().getAsLong()) > 0) {
            // It can't be told; who goes on is closed.
            services.metrics().refused(Op.SEND, ErrorCode.RATE_LIMITED);
        } else {
            gate.sent();
            Draft draft =
                    new Draft(login.sender(), null, null, body, services.nanos().getAsLong());
            Publication publication = new Publication(draft, null, this);
            if (asked == null) {
                services.rooms().publish(member.room(), publication);
            } else {
                asked.ask(member.room(), publication);
            }
        }
    }

    private void hold(Body body) {
        if (early == null) {
            early = new ArrayList<>();
        }
        if (early.size() < MAX_EARLY) {
            early.add(body);
        } else {
            connection.close(CloseCode.POLICY_VIOLATION, "too many messages before the token was judged");
        }
    }

    private void resume(Membership member, JoinOutcome outcome) {
        if (member != membership) {
            return;
        }
        if (outcome instanceof JoinOutcome.Found found) {
            Position head = found.state().head();
            // All that lies beyond the head is ahead alike, and may be no seq at all.
            long seq = Math.min(handshake.since(), head.seq() + 1);
            Position since = new Position(head.epoch(), seq, Position.NO_TIME);
            int history =
                    Math.min(handshake.history(), services.config().limits().historyPage());
            services.rooms().join(member, new JoinRequest(since, history), joined -> joined(member, joined));
        } else {
            joined(member, outcome);
        }
    }

    private void joined(Membership member, JoinOutcome outcome) {
        if (member != membership) {
            return;
        }
        if (outcome instanceof JoinOutcome.Entered entered) {
            for (Message message : entered.missed()) {
                connection.send(services.encoder().encode(connection.format(), List.of(new Event.Delivered(message))));
            }
            entered.admit(member, false);
        } else {
            membership = null;
            connection.close(CloseCode.OVER_CAPACITY, "the room can't be joined now");
        }
    }

    private void leave() {
        login.end();
        Membership member = membership;
        if (member != null) {
            membership = null;
            member.stop();
            services.rooms().leave(member, () -> {});
        }
    }
}
