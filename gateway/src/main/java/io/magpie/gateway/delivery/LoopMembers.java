package io.magpie.gateway.delivery;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Position;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of one room that live on one event loop, and the delivery to them. Made by the room's shard, which hands
 * it over by posting; from then on only the loop touches it. {@link #post} is the shard's way in.
 *
 * <p><b>Order.</b> A room posts everything for a loop in order: batches, and the {@link #add} of a joiner after the
 * batches that its join already covers. {@link Membership#round} says which batch a member had last, so that it gets
 * what follows, once and in order, whoever comes or goes meanwhile.
 *
 * <p><b>Passes.</b> A list longer than {@link #WHOLE} is visited from its end to its start, one chunk in a turn of the loop.
 * A batch that comes while a pass is under way doesn't wait for its end: members not visited yet get it together with the one
 * before, in one write, and the others in the next pass. So nobody waits longer than one pass takes, and a loop that is
 * behind writes less often instead of later. Removing a member moves the last one, which was visited if any was, into
 * its place: it may be visited again, which its round makes harmless; a batch that came within a pass is kept until the
 * next has ended, so that none is missed.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class LoopMembers {
    private static final Logger LOG = LoggerFactory.getLogger(LoopMembers.class);

    /** A list up to this long is served in one task. */
    static final int WHOLE = 1_024;

    /**
     * Members served in one task where the list is longer. The loop looks at its sockets after each, so that a huge room
     * doesn't starve the others, and what is said in it meanwhile comes within the pass under way.
     */
    static final int CHUNK = 256;

    private final DeliveryLoop loop;
    private final Backlog backlog;
    private final GatewayMetrics metrics;

    private @Nullable Membership[] members = new @Nullable Membership[4];
    private int size;
    private final Rounds rounds = new Rounds();

    /** The room's, once there is a member. */
    private @Nullable String epoch;

    /** Where the pass under way goes on: members from here on were visited in it. */
    private int unvisited;

    /** Whether the pass under way found no memory to join batches; said once. */
    private boolean poor;

    /** @param backlog where members who fall behind get what they missed */
    public LoopMembers(DeliveryLoop loop, Backlog backlog, GatewayMetrics metrics) {
        this.loop = loop;
        this.backlog = backlog;
        this.metrics = metrics;
    }

    /** Begins live delivery to a member, unless its connection has closed. The next batch posted is its first. */
    public void add(Membership member) {
        assert loop.inLoop();
        if (member.list != null || !member.connection().open()) {
            return;
        }
        if (size == members.length) {
            members = Arrays.copyOf(members, size * 2);
        }
        member.list = this;
        member.slot = size;
        member.round = rounds.newest();
        members[size++] = member;
    }

    /**
     * Like {@link #add(Membership)}, for a member whose {@link Membership#position} may be asked for.
     *
     * @param head the room's when it counted the member in, after all batches that it had posted by then
     */
    public void add(Membership member, Position head) {
        epoch = head.epoch();
        rounds.joinedAt(head.seq());
        add(member);
    }

    /** The seq of the newest message that has come to this list. */
    public long head() {
        assert loop.inLoop();
        return rounds.head();
    }

    /** Up to where a member of this list has been given everything; null if that can't be told. */
    @Nullable
    Position position(Membership member) {
        assert loop.inLoop() && member.list == this;
        if (epoch == null) {
            return null;
        }
        CatchUp catchUp = member.catchUp;
        long seq = catchUp == null ? rounds.position(member.round) : catchUp.position();
        return new Position(epoch, seq, Position.NO_TIME);
    }

    /**
     * A member has just been sent all there is, and is live: what still waits here holds nothing new for it. Does
     * nothing if it isn't in the list.
     */
    public void caughtUp(Membership member) {
        assert loop.inLoop();
        member.round = rounds.newest();
        end(member);
    }

    /**
     * A member has less than there is. It gets what follows its position page by page, then it is live again. Does
     * nothing if it isn't in the list.
     *
     * @param position the seq of the last message that it has
     */
    public void behind(Membership member, long position) {
        assert loop.inLoop();
        if (member.list != this) {
            return;
        }
        if (member.catchUp == null) {
            metrics.fellBehind();
        } else {
            loop.replays().end(member.catchUp);
        }
        CatchUp catchUp = new CatchUp(member, this, position);
        member.catchUp = catchUp;
        catchUp.await();
    }

    /** Whether this is the member's way back, not one that ended or was replaced. */
    boolean catchingUp(Membership member, CatchUp catchUp) {
        return member.list == this && member.catchUp == catchUp;
    }

    Backlog backlog() {
        return backlog;
    }

    /** A page was given to a member. */
    void fed(Backlog.Page page) {
        metrics.fed(page.messages());
    }

    private void end(Membership member) {
        CatchUp ended = member.catchUp;
        if (ended != null) {
            member.catchUp = null;
            metrics.caughtUp();
            loop.replays().end(ended);
        }
    }

    void remove(Membership member) {
        assert loop.inLoop() && members[member.slot] == member;
        Membership last = members[--size];
        assert last != null;
        members[member.slot] = last;
        last.slot = member.slot;
        members[size] = null;
        member.list = null;
        end(member);
    }

    int size() {
        assert loop.inLoop();
        return size;
    }

    /** Delivers a batch to all members of this loop. Any thread; the loop takes a reference of its own. */
    void post(EncodedBatch batch) {
        batch.retain();
        try {
            loop.run(() -> begin(batch));
        } catch (RejectedExecutionException e) {
            // The loop is shutting down; its connections go with it.
            batch.release();
        }
    }

    private void begin(EncodedBatch batch) {
        boolean idle = rounds.isEmpty();
        if (idle) {
            unvisited = size;
        }
        rounds.add(batch, size, unvisited >= size ? 1 : 2);
        if (idle) {
            visitChunk();
        }
    }

    private void visitChunk() {
        int from = Math.min(unvisited, size);
        int to = size <= WHOLE ? 0 : Math.max(0, from - CHUNK);
        unvisited = to;
        try {
            deliver(from, to);
        } finally {
            rounds.visited(from - to, this::flushed);
            if (to == 0) {
                poor = false;
                rounds.passed();
                unvisited = size;
            }
            if (!rounds.isEmpty()) {
                postChunk();
            }
        }
    }

    private void postChunk() {
        try {
            loop.later(this::visitChunk, rounds::clear);
        } catch (RejectedExecutionException e) {
            // The loop is shutting down; its connections go with it.
            rounds.clear();
        }
    }

    private void flushed(long oldestNanos) {
        metrics.flushed(System.nanoTime() - oldestNanos);
    }

    private void deliver(int from, int to) {
        int written = 0;
        long deliveries = 0;
        long dropped = 0;
        long bytes = 0;
        Rounds.@Nullable Run run = null;
        for (int i = from - 1; i >= to; i--) {
            Membership member = members[i];
            if (member == null || member.round >= rounds.newest()) {
                continue;
            }
            FrameFormat format = member.connection().format();
            // A batch may come while one is written.
            if (run == null || run.last() != rounds.newest() || !run.fits(member.round, format)) {
                run = lacking(member, format);
            }
            if (run == null) {
                continue;
            }
            member.round = run.last();
            ByteBuf frames = run.frames();
            if (frames == null) {
                continue;
            }
            Connection.Outcome outcome =
                    member.catchUp == null ? serve(member.connection(), frames) : Connection.Outcome.BEHIND;
            if (outcome == Connection.Outcome.WRITTEN) {
                written++;
                deliveries += run.messages();
                bytes += frames.readableBytes();
            } else if (outcome == Connection.Outcome.BEHIND) {
                dropped += run.signals();
                missed(member, run);
            }
        }
        metrics.delivered(deliveries, dropped);
        metrics.framesOut(written, bytes);
    }

    /** What a member lacks; null if there is no memory to join it: then the member ends, lest it miss it unawares. */
    private Rounds.@Nullable Run lacking(Membership member, FrameFormat format) {
        try {
            return rounds.after(member.round, format);
        } catch (Throwable e) {
            if (!poor) {
                LOG.error("batches.not-joined: members without them are closed", e);
            }
            poor = true;
            member.connection().close(CloseCode.INTERNAL_ERROR, "delivery failed");
            return null;
        }
    }

    private void missed(Membership member, Rounds.Run run) {
        if (member.catchUp == null && run.after() != Rounds.Run.NO_MESSAGE) {
            behind(member, run.after());
        }
    }

    private static Connection.Outcome serve(Connection connection, ByteBuf frames) {
        try {
            return connection.deliver(frames);
        } catch (Throwable e) {
            // One member's fault must not cost the others their message, nor this one a silent gap.
            LOG.error("delivery.failed connection={}", connection.id(), e);
            connection.close(CloseCode.INTERNAL_ERROR, "delivery failed");
            return Connection.Outcome.REFUSED;
        }
    }
}
