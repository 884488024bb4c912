package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandReader;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks envelopes: first {@code connect}, then commands on rooms. Belongs to the connection's loop;
 * rooms answer it there.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class EnvelopeSession implements Session, Command.Handler, Seats.Holder {
    private static final CommandReader JSON = new CommandReader(Encoding.JSON);
    private static final CommandReader CBOR = new CommandReader(Encoding.CBOR);

    private final SessionServices services;
    private final Connection connection;
    private final Replies replies;
    private final Memberships memberships;
    private final Login login;
    private final SendGate gate;
    private final Sends sends;
    private final RoomQueries queries;
    private final @Nullable Doorway doorway;
    private boolean connected;
    private @Nullable Arrival arrival;
    private long frameNanos;

    EnvelopeSession(SessionServices services, Connection connection, Handshake handshake) {
        this.services = services;
        this.connection = connection;
        this.replies = new Replies(services, connection);
        this.login = new Login(services, connection, handshake.token(), handshake.address());
        this.gate = new SendGate(services, connection, handshake.address());
        this.memberships = new Memberships(this);
        this.sends = new Sends(this, gate);
        this.queries = new RoomQueries(this);
        this.doorway = Doorway.of(this);
    }

    @Override
    public void onOpen() {
        connection.after(services.config().limits().connectTimeout(), () -> {
            if (!connected) {
                connection.close(CloseCode.NOT_AUTHENTICATED, "no connect envelope came in time");
            }
        });
    }

    @Override
    public void onText(ByteBuf payload) {
        if (connection.format().encoding() == Encoding.JSON) {
            onFrame(JSON, payload);
        } else {
            connection.close(CloseCode.UNSUPPORTED_DATA, "magpie.v1.cbor takes binary frames only");
        }
    }

    @Override
    public void onBinary(ByteBuf payload) {
        if (connection.format().encoding() == Encoding.CBOR) {
            onFrame(CBOR, payload);
        } else {
            connection.close(CloseCode.UNSUPPORTED_DATA, "magpie.v1.json takes text frames only");
        }
    }

    private void onFrame(CommandReader reader, ByteBuf payload) {
        frameNanos = services.nanos().getAsLong();
        List<Request> requests;
        try {
            requests = reader.read(payload);
        } catch (ProtocolException e) {
            replies.failed(Op.INVALID, null, e.code(), e.getMessage());
            return;
        }
        for (Request request : requests) {
            if (!connection.open()) {
                return;
            }
            dispatch(request);
        }
    }

    private void dispatch(Request request) {
        if (doorway == null || !doorway.holds(request)) {
            perform(request);
        }
    }

    /** Carries out an envelope, unless rooms are being entered. */
    void perform(Request request) {
        if (arrival == null) {
            request.command().dispatch(request.id(), this);
        } else {
            arrival.hold(request);
        }
    }

    @Override
    public void onConnect(@Nullable RequestId id, Command.Connect command) {
        if (connected) {
            connection.close(CloseCode.MISUSE, "this connection is connected already");
            return;
        }
        if (command.rooms().size() > services.config().limits().roomsPerConnection()) {
            replies.failed(Op.CONNECT, id, ErrorCode.LIMIT, "too many rooms");
            return;
        }
        connected = true;
        Arrival begun = new Arrival(this, Op.CONNECT, id, states -> replies.connected(id, self(), states));
        arrival = begun;
        Optional<Ticket> shown = services.tickets().read(command.resume());
        login.introduce(command.device(), shown.map(Ticket::connection).orElse(null));
        login.begin(command.token(), after -> replies.send(new Event.Expiring(after)), () -> {
            connection.activate();
            Optional<Ticket> ticket = shown.filter(login::owns);
            // A guest is who its ticket says, and that one may be banned.
            login.admit(() -> begun.connect(ticket, command.rooms()));
        });
    }

    @Override
    public void onRefresh(@Nullable RequestId id, Command.Refresh command) {
        if (refuseUnconnected()) {
            return;
        }
        login.renew(
                command.token(),
                () -> {
                    replies.accepted(Op.REFRESH, id, new Event.Done(id));
                    recheck();
                },
                (code, why) -> replies.failed(Op.REFRESH, id, code, why));
    }

    @Override
    public Map<RoomId, @Nullable Position> vacate() {
        Map<RoomId, @Nullable Position> positions = positions();
        connection.close(CloseCode.REPLACED, "a newer connection took over");
        return positions;
    }

    /** The answer to what brought the client into its rooms was said; what came meanwhile is next. */
    void arrived(Held held) {
        arrival = null;
        memberships.leaveForbidden(login);
        for (Request next = held.poll(); next != null; next = held.poll()) {
            if (connection.open()) {
                dispatch(next);
            }
        }
    }

    @Override
    public void onJoin(@Nullable RequestId id, Command.Join command) {
        if (!refuseUnconnected()) {
            memberships.enter(id, command, doorway);
        }
    }

    @Override
    public void onLeave(@Nullable RequestId id, Command.Leave command) {
        memberships
                .require(Op.LEAVE, id, command.room())
                .ifPresent(
                        member -> memberships.leave(member, () -> replies.accepted(Op.LEAVE, id, new Event.Done(id))));
    }

    @Override
    public void onSend(@Nullable RequestId id, Command.Send command) {
        if (command.target() instanceof Command.ToRoom to) {
            sends.message(to.room(), id, command, frameNanos);
        } else {
            refuseInbox(Op.SEND, id);
        }
    }

    @Override
    public void onSignal(@Nullable RequestId id, Command.Signal command) {
        if (command.target() instanceof Command.ToRoom to) {
            sends.signal(to.room(), id, command, frameNanos);
        } else {
            refuseInbox(Op.SIGNAL, id);
        }
    }

    @Override
    public void onHistory(@Nullable RequestId id, Command.History command) {
        memberships.require(Op.HISTORY, id, command.room()).ifPresent(member -> queries.history(member, id, command));
    }

    @Override
    public void onMembers(@Nullable RequestId id, Command.Members command) {
        memberships.require(Op.MEMBERS, id, command.room()).ifPresent(member -> queries.members(member, id, command));
    }

    @Override
    public void onPing(@Nullable RequestId id, Command.Ping command) {
        services.metrics().accepted(Op.PING);
        replies.send(new Event.Pong(id));
    }

    @Override
    public void onRecall(@Nullable RequestId id, Command.Recall command) {
        notServed(Op.RECALL, id, "recall");
    }

    @Override
    public void onRead(@Nullable RequestId id, Command.Read command) {
        notServed(Op.READ, id, "read");
    }

    @Override
    public void onHide(@Nullable RequestId id, Command.Hide command) {
        if (!refuseUnconnected()) {
            memberships.hide(true);
            replies.accepted(Op.HIDE, id, new Event.Done(id));
        }
    }

    @Override
    public void onShow(@Nullable RequestId id, Command.Show command) {
        if (!refuseUnconnected()) {
            Arrival begun = new Arrival(this, Op.SHOW, id, states -> new Event.Shown(id, states));
            arrival = begun;
            begun.show(command.rooms());
        }
    }

    @Override
    public void onInvalid(@Nullable RequestId id, Command.Invalid command) {
        replies.failed(Op.INVALID, id, command.code(), command.message());
    }

    @Override
    public Clients.Client describe() {
        return gate.describe(login, memberships.size());
    }

    @Override
    public void recheck() {
        // Rooms that are being entered are looked at when that is over: an arrival counts on its members.
        if (arrival == null) {
            memberships.leaveForbidden(login);
        }
    }

    @Override
    public void onLeaving(long afterMillis, String reason) {
        replies.send(new Event.Reconnect(afterMillis, reason));
    }

    @Override
    public void onClosing(CloseCode code, String reason) {
        login.closing(code);
        replies.send(new Event.Bye(code, reason, Event.UNSET));
        end();
    }

    @Override
    public void onClosed() {
        end();
    }

    private void end() {
        login.end();
        services.seats().left(connection, this::positions);
        memberships.leaveAll();
    }

    private Map<RoomId, @Nullable Position> positions() {
        return arrival == null ? memberships.positions() : arrival.positions();
    }

    /** A fault of the server spoiled what the client would have got; it is to come back. */
    void close() {
        connection.close(CloseCode.INTERNAL_ERROR, "internal error");
    }

    DeliveryLoop loop() {
        return connection.loop();
    }

    SessionServices services() {
        return services;
    }

    Connection connection() {
        return connection;
    }

    /** Who this client is to others. */
    Sender self() {
        return login.sender();
    }

    SendGate gate() {
        return gate;
    }

    Login login() {
        return login;
    }

    Memberships memberships() {
        return memberships;
    }

    Replies replies() {
        return replies;
    }

    /** Whether the client hasn't connected; then its connection is closed. */
    boolean refuseUnconnected() {
        if (!connected) {
            connection.close(CloseCode.MISUSE, "send connect first");
        }
        return !connected;
    }

    private void refuseInbox(Op op, @Nullable RequestId id) {
        if (!refuseUnconnected()) {
            replies.failed(op, id, ErrorCode.NOT_FOUND, "no such user: guests have no inbox");
        }
    }

    private void notServed(Op op, @Nullable RequestId id, String type) {
        if (!refuseUnconnected()) {
            replies.failed(op, id, ErrorCode.UNKNOWN_TYPE, "this version of the server doesn't serve " + type);
        }
    }
}
