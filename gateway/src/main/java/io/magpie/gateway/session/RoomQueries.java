package io.magpie.gateway.session;

import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.support.GatewayMetrics.Op;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of rooms that it is in: pages of what was said, and who is there. Belongs to the session's loop, on
 * which rooms answer.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RoomQueries {
    /** Pages of history that a client may wait for at a time; one that needs more doesn't read them. */
    private static final int MAX_PAGES_ASKED = 4;

    private final EnvelopeSession session;
    private byte pagesAsked;

    RoomQueries(EnvelopeSession session) {
        this.session = session;
    }

    /** Asks for a page, unless the client waits for enough of them. */
    void history(Membership member, @Nullable RequestId id, Command.History command) {
        assert session.loop().inLoop();
        if (pagesAsked >= MAX_PAGES_ASKED) {
            session.replies().failed(Op.HISTORY, id, ErrorCode.BUSY, "wait for the pages that you asked for");
            return;
        }
        Command.History query =
                new Command.History(command.room(), command.before(), command.after(), capped(command.limit()));
        pagesAsked++;
        session.services()
                .rooms()
                .history(
                        member,
                        query,
                        page -> {
                            pagesAsked--;
                            session.replies().page(id, command.room(), page);
                        },
                        refusal -> {
                            pagesAsked--;
                            session.replies().failed(Op.HISTORY, id, refusal.code(), refusal.message());
                        });
    }

    /** Asks who is there. */
    void members(Membership member, @Nullable RequestId id, Command.Members command) {
        RoomId room = command.room();
        session.services()
                .rooms()
                .members(
                        member,
                        capped(command.limit()),
                        list -> session.replies().members(id, room, list));
    }

    private int capped(int limit) {
        int most = session.services().config().limits().historyPage();
        return limit == 0 ? most : Math.min(limit, most);
    }
}
