package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.hooks.Asking;
import io.magpie.gateway.hooks.Ruling;
import io.magpie.gateway.hooks.SendQuestion;
import io.magpie.gateway.room.Publication;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends of one connection that the backend is asked about. All are asked about at once, and go on to their room in the order
 * in which they came: a later one waits for those before it. What was asked about goes on even if the connection has gone
 * meanwhile, unless its user may not send there any more. Bounded by {@link SendGate}. Belongs to the connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class AskedSends {
    private final SessionServices services;
    private final Connection connection;
    private final Login login;
    private final Asking<SendQuestion> backend;
    private final Map<RoomId, Deque<Waiting>> byRoom = new HashMap<>();

    /** One send, and what counts of it, once that is known. */
    private static final class Waiting {
        private final Publication publication;
        private @Nullable Ruling ruling;

        Waiting(Publication publication) {
            this.publication = publication;
        }
    }

    private AskedSends(SessionServices services, Connection connection, Login login, Asking<SendQuestion> backend) {
        this.services = services;
        this.connection = connection;
        this.login = login;
        this.backend = backend;
    }

    /** Those of a connection; null where the backend isn't asked about sends. */
    static @Nullable AskedSends of(SessionServices services, Connection connection, Login login) {
        Asking<SendQuestion> backend = services.hooks().send();
        return backend == null ? null : new AskedSends(services, connection, login, backend);
    }

    /** Asks, and publishes if it may be; its publisher is told what became of it in any case. */
    void ask(RoomId room, Publication publication) {
        Waiting asked = new Waiting(publication);
        byRoom.computeIfAbsent(room, r -> new ArrayDeque<>()).add(asked);
        Draft draft = publication.draft();
        backend.ask(
                new SendQuestion(draft.from(), room, connection.id(), draft.key(), draft.kind(), draft.body()),
                ruling -> connection.loop().run(() -> {
                    asked.ruling = ruling;
                    release(room);
                }));
    }

    private void release(RoomId room) {
        Deque<Waiting> line = byRoom.get(room);
        if (line == null) {
            return;
        }
        Waiting first = line.peek();
        Ruling ruling = first == null ? null : first.ruling;
        while (first != null && ruling != null) {
            line.remove();
            // Those behind it have their turn whatever becomes of this one.
            Publication publication = first.publication;
            Ruling its = ruling;
            Doorway.guarded(connection, () -> settle(room, publication, its));
            first = line.peek();
            ruling = first == null ? null : first.ruling;
        }
        if (line.isEmpty()) {
            byRoom.remove(room, line);
        }
    }

    private void settle(RoomId room, Publication asked, Ruling ruling) {
        if (ruling instanceof Ruling.Unavailable none) {
            refuse(room, asked, new Appended.Refused(none.code(), none.message(), none.after()));
        } else if (ruling instanceof Ruling.Denied denied) {
            String why = denied.reason().isEmpty() ? "the backend refused it" : denied.reason();
            refuse(room, asked, new Appended.Refused(ErrorCode.REJECTED, why));
        } else if (!login.stands() || !login.maySay(room)) {
            refuse(room, asked, new Appended.Refused(ErrorCode.FORBIDDEN, "you may not send in this room any more"));
        } else {
            Body instead = ((Ruling.Allowed) ruling).instead();
            services.rooms().publish(room, instead == null ? asked : with(asked, instead));
        }
    }

    private static Publication with(Publication asked, Body body) {
        Draft draft = asked.draft();
        return new Publication(
                new Draft(draft.from(), draft.key(), draft.kind(), body, draft.receivedNanos()),
                asked.id(),
                asked.publisher());
    }

    private static void refuse(RoomId room, Publication asked, Appended.Refused refused) {
        asked.publisher().onAppended(room, asked.id(), refused);
    }
}
