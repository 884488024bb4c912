package io.magpie.gateway.session;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.room.Publication;
import io.magpie.gateway.room.Publisher;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in its rooms, messages and signals, and what it is told of them. Belongs to the session's loop, on
 * which rooms answer.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Sends implements Publisher {
    private final EnvelopeSession session;
    private final SendGate gate;
    private final @Nullable AskedSends asked;

    Sends(EnvelopeSession session, SendGate gate) {
        this.session = session;
        this.gate = gate;
        this.asked = AskedSends.of(session.services(), session.connection(), session.login());
    }

    @Override
    public DeliveryLoop loop() {
        return session.loop();
    }

    @Override
    public boolean mayPublish(RoomId room) {
        return session.login().maySay(room);
    }

    /**
     * Says something in a room, if the client may. The room asks {@link #mayPublish} once more when it is stored.
     *
     * @param nanos when it was read
     */
    void message(RoomId room, @Nullable RequestId id, Command.Send command, long nanos) {
        if (!may(Op.SEND, id, room, command.body(), nanos)) {
            return;
        }
        gate.sent();
        Draft draft = new Draft(session.self(), command.key(), command.kind(), command.body(), nanos);
        Publication publication = new Publication(draft, id, this);
        if (asked == null) {
            session.services().rooms().publish(room, publication);
        } else {
            asked.ask(room, publication);
        }
    }

    @Override
    public void onAppended(RoomId room, @Nullable RequestId id, Appended outcome) {
        gate.answered();
        Replies replies = session.replies();
        if (outcome instanceof Appended.Stored stored) {
            replies.accepted(Op.SEND, id, new Event.Accepted(id, room, stored.position(), stored.duplicate()));
        } else if (outcome instanceof Appended.Refused refused) {
            replies.failed(Op.SEND, id, refused.code(), refused.message(), refused.after());
        }
    }

    /** Signals in a room, if the client may. */
    void signal(RoomId room, @Nullable RequestId id, Command.Signal command, long nanos) {
        if (may(Op.SIGNAL, id, room, command.body(), nanos)) {
            SessionServices services = session.services();
            services.rooms().signal(room, session.self(), command.body(), nanos);
            services.metrics().accepted(Op.SIGNAL);
        }
    }

    /** Whether the client is in the room and may say something there; if not, it has been told. */
    private boolean may(Op op, @Nullable RequestId id, RoomId room, Body body, long nanos) {
        Replies replies = session.replies();
        if (session.memberships().require(op, id, room).isEmpty() || replies.tooLarge(op, id, body)) {
            return false;
        }
        if (!session.login().maySend(room)) {
            replies.failed(op, id, ErrorCode.FORBIDDEN, "you may only listen in this room");
            return false;
        }
        long wait = gate.take(session.self().id(), nanos);
        if (wait > 0) {
            replies.failed(op, id, ErrorCode.RATE_LIMITED, "you send too fast", wait);
        }
        return wait == 0;
    }
}
