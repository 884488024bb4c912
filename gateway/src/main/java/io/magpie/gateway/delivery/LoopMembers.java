package io.magpie.gateway.delivery;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of one room that live on one event loop, and the delivery to them. Made by the room's shard, which hands
 * it over by posting; from then on only the loop touches it. {@link #post} is the shard's way in.
 *
 * <p><b>Order.</b> A room posts everything for a loop in order: batches, and the {@link #add} of a joiner after the
 * batches that its join already covers. A list longer than {@link #CHUNK} is served from its end to its start, one
 * chunk a task, and the next batch waits until the last chunk is done. Removing a member moves the last one into its
 * place, so what is served stays behind what isn't; {@link Membership#round} keeps a moved member from being served
 * again, and a joiner from batches that were posted before it came.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class LoopMembers {
    private static final Logger LOG = LoggerFactory.getLogger(LoopMembers.class);

    /** Members served in one task, so that a huge room doesn't starve its loop. */
    static final int CHUNK = 1_024;

    private final DeliveryLoop loop;
    private final Backlog backlog;
    private final GatewayMetrics metrics;

    private @Nullable Membership[] members = new @Nullable Membership[4];
    private int size;
    private long rounds;
    private final Queue<Round> waiting = new ArrayDeque<>(2);
    private int unserved;

    /** A batch and its number; a member with this number or a later one doesn't get it. */
    private record Round(EncodedBatch batch, long number) {}

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
        member.round = rounds;
        members[size++] = member;
    }

    /**
     * A member has just been sent all there is, and is live: what still waits here holds nothing new for it. Does
     * nothing if it isn't in the list.
     */
    public void caughtUp(Membership member) {
        assert loop.inLoop();
        member.round = rounds;
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
        if (member.catchUp != null) {
            member.catchUp = null;
            metrics.caughtUp();
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
        waiting.add(new Round(batch, ++rounds));
        if (waiting.size() == 1) {
            unserved = size;
            serveChunk();
        }
    }

    private void serveChunk() {
        Round round = waiting.element();
        int from = Math.min(unserved, size);
        unserved = Math.max(0, from - CHUNK);
        try {
            deliver(round, from, unserved);
        } finally {
            if (unserved == 0) {
                waiting.remove();
                round.batch().release();
                unserved = size;
            }
            if (!waiting.isEmpty()) {
                postChunk();
            }
        }
    }

    private void postChunk() {
        try {
            loop.post(this::serveChunk);
        } catch (RejectedExecutionException e) {
            // The loop is shutting down; its connections go with it.
            waiting.forEach(round -> round.batch().release());
            waiting.clear();
        }
    }

    private void deliver(Round round, int from, int to) {
        EncodedBatch batch = round.batch();
        int written = 0;
        int dropped = 0;
        long bytes = 0;
        for (int i = from - 1; i >= to; i--) {
            Membership member = members[i];
            if (member == null || member.round >= round.number()) {
                continue;
            }
            member.round = round.number();
            ByteBuf frames = batch.frames(member.connection().format());
            if (frames == null || !frames.isReadable()) {
                continue;
            }
            Connection.Outcome outcome =
                    member.catchUp == null ? serve(member.connection(), frames) : Connection.Outcome.BEHIND;
            if (outcome == Connection.Outcome.WRITTEN) {
                written++;
                bytes += frames.readableBytes();
            } else if (outcome == Connection.Outcome.BEHIND && batch.droppable()) {
                dropped++;
            } else if (outcome == Connection.Outcome.BEHIND && member.catchUp == null) {
                behind(member, batch.after());
            }
        }
        metrics.delivered(batch.messages(), written, dropped, System.nanoTime() - batch.oldestNanos());
        metrics.framesOut(written, bytes);
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
