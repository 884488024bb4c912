package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.hooks.Asking;
import io.magpie.gateway.hooks.JoinQuestion;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rooms that the backend is asked about before a client enters them. What the client says after such a {@code join} waits, in
 * its order, so that it may send without waiting; only joins of other rooms are asked about at the same time. Belongs to the
 * session's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Doorway {
    private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);

    /** Rooms that are asked about at a time, so that one client can't have all of the backend. */
    static final int MAX_ASKED = 8;

    private final EnvelopeSession session;
    private final Asking<JoinQuestion> backend;
    private final Set<RoomId> asked = new HashSet<>();
    private final Held held;

    private Doorway(EnvelopeSession session, Asking<JoinQuestion> backend) {
        this.session = session;
        this.backend = backend;
        this.held =
                new Held(session.services().config().websocket().maxMessage().bytes());
    }

    /** That of a session; null where the backend isn't asked about rooms. */
    static @Nullable Doorway of(EnvelopeSession session) {
        Asking<JoinQuestion> backend = session.services().hooks().join();
        return backend == null ? null : new Doorway(session, backend);
    }

    /** Rooms that the backend is being asked about. */
    int size() {
        return asked.size();
    }

    /** Keeps an envelope if it has to wait, or refuses it if too many do; false if it needn't. */
    boolean holds(Request request) {
        if (asked.isEmpty() || (held.isEmpty() && isOfAnotherRoom(request))) {
            return false;
        }
        if (!held.add(request)) {
            session.replies().failed(Op.JOIN, request.id(), ErrorCode.BUSY, "the backend is still asked about a room");
        }
        return true;
    }

    /** Asks, and calls {@code enter} if the client may be in the room; else the client is told. */
    void ask(@Nullable RequestId id, RoomId room, Runnable enter) {
        asked.add(room);
        ask(backend, session, room, ruling -> {
            asked.remove(room);
            if (!session.connection().open()) {
                held.clear();
                return;
            }
            guarded(session.connection(), () -> {
                if (allows(session, Op.JOIN, id, room, ruling)) {
                    enter.run();
                }
                release();
            });
        });
    }

    /** Asks about one room of a session; {@code then} is called on its loop. */
    static void ask(Asking<JoinQuestion> backend, EnvelopeSession session, RoomId room, Consumer<Ruling> then) {
        backend.ask(
                new JoinQuestion(session.self(), room, session.connection().id()),
                ruling -> session.connection().loop().run(() -> then.accept(ruling)));
    }

    /** Goes on with what an answer from elsewhere allows; a connection for which not all of it can be done is closed. */
    static void guarded(Connection connection, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("session.failed connection={}", connection.id(), e);
            connection.close(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    /** Whether a client may be in a room; if not, it is told. */
    static boolean allows(EnvelopeSession session, Op op, @Nullable RequestId id, RoomId room, Ruling ruling) {
        if (ruling instanceof Ruling.Unavailable none) {
            session.replies().failed(op, id, none.code(), about(op, room, none.message()), none.after());
            return false;
        }
        String reason = ruling instanceof Ruling.Denied denied ? denied.reason() : "";
        if (ruling instanceof Ruling.Allowed && session.login().mayJoin(room)) {
            return true;
        }
        String message = reason.isEmpty() ? Memberships.forbidden(room) : about(op, room, reason);
        session.replies().failed(op, id, ErrorCode.FORBIDDEN, message);
        return false;
    }

    /** A message that says which room it is about, where the client has asked for several at once. */
    private static String about(Op op, RoomId room, String message) {
        return op == Op.JOIN ? message : LogText.quote(room.value()) + ": " + message;
    }

    private void release() {
        Request next = held.peek();
        while (next != null && (asked.isEmpty() || isOfAnotherRoom(next))) {
            held.poll();
            if (session.connection().open()) {
                session.perform(next);
            }
            next = held.peek();
        }
    }

    private boolean isOfAnotherRoom(Request request) {
        return asked.size() < MAX_ASKED
                && request.command() instanceof Command.Join join
                && !asked.contains(join.room());
    }
}
