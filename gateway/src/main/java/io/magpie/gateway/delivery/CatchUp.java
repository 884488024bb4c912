package io.magpie.gateway.delivery;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;

/**
 * A member that fell behind, on its way back to live delivery. All that is kept for it is a position: whenever its
 * connection takes bytes again and it is its turn among the connection's rooms ({@link Replays}), it asks the room for
 * the page that follows, and with the page that ends at the head it is live. One page is under way at a time, so a
 * replay to a quick reader is paced by the loop, and to a slow one by its socket. Exists only while it lasts; belongs to the connection's loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class CatchUp implements Backlog.Reader {
    private final Membership member;
    private final LoopMembers list;
    private long position;

    /** @param position the seq of the last message that the member has */
    CatchUp(Membership member, LoopMembers list, long position) {
        this.member = member;
        this.list = list;
        this.position = position;
    }

    /** Asks for the next page as soon as the connection takes bytes and no other room's page is under way to it. */
    void await() {
        connection().loop().replays().await(this);
    }

    /** It is this member's turn, and the connection takes bytes. */
    void ask() {
        list.backlog().next(this, position);
    }

    /** The seq of the last message that was written to the member. */
    long position() {
        return position;
    }

    @Override
    public Connection connection() {
        return member.connection();
    }

    @Override
    public void onPage(Backlog.Page page) {
        assert connection().loop().inLoop();
        if (!list.catchingUp(member, this)) {
            // It left, or has asked anew from elsewhere.
            page.frames().release();
            return;
        }
        if (page.gap() && connection().format().encoding() == Encoding.PLAIN) {
            page.frames().release();
            connection().close(CloseCode.SLOW_CONSUMER, "fell further behind than the room remembers");
            return;
        }
        position = page.last();
        list.fed(page);
        if (page.frames().isReadable()) {
            connection().send(page.frames());
        } else {
            page.frames().release();
        }
        if (page.live()) {
            list.caughtUp(member);
        } else {
            await();
            connection().loop().replays().served(this);
        }
    }

    @Override
    public void onFailure() {
        if (list.catchingUp(member, this)) {
            connection().close(CloseCode.INTERNAL_ERROR, "internal error; reconnect and resume");
        }
    }
}
