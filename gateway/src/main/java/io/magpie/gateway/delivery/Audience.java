package io.magpie.gateway.delivery;

import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room, as the room's shard keeps it: the memberships, how many there are on each loop and how many use
 * each format, so that a broadcast touches only loops and encodings that are in use. Belongs to the room's shard.
 */
@OwnedBy(Owner.ROOM_SHARD)
public final class Audience {
    private final Backlog backlog;
    private final GatewayMetrics metrics;
    private final Set<Membership> members = new LinkedHashSet<>();
    private final int[] byFormat = new int[FrameFormat.COUNT];
    private int formats;
    private final int[] byLoop;
    private final @Nullable LoopMembers[] lists;

    /**
     * @param loops how many event loops there are
     * @param backlog where members who fall behind get what they missed
     */
    public Audience(int loops, Backlog backlog, GatewayMetrics metrics) {
        this.backlog = backlog;
        this.metrics = metrics;
        this.byLoop = new int[loops];
        this.lists = new @Nullable LoopMembers[loops];
    }

    /**
     * Counts a member in.
     *
     * @return the list of its loop, to which the loop must {@link LoopMembers#add} it
     */
    public LoopMembers enter(Membership member) {
        DeliveryLoop loop = member.connection().loop();
        if (members.add(member)) {
            FrameFormat format = member.connection().format();
            byFormat[format.index()]++;
            formats |= format.bit();
            byLoop[loop.index()]++;
            metrics.members(1);
        }
        LoopMembers list = lists[loop.index()];
        if (list == null) {
            list = new LoopMembers(loop, backlog, metrics);
            lists[loop.index()] = list;
        }
        return list;
    }

    /** Counts a member out; does nothing if it isn't in. */
    public void exit(Membership member) {
        if (members.remove(member)) {
            FrameFormat format = member.connection().format();
            if (--byFormat[format.index()] == 0) {
                formats &= ~format.bit();
            }
            byLoop[member.connection().loop().index()]--;
            metrics.members(-1);
        }
    }

    public int size() {
        return members.size();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** The members, oldest first; read-only. */
    public Collection<Membership> members() {
        return Collections.unmodifiableSet(members);
    }

    /** The formats that members use: a set of {@link FrameFormat#bit}s. */
    int formats() {
        return formats;
    }

    /** Gives a broadcast to each loop that has members, and counts its fan-out. */
    void forEachLoop(Consumer<LoopMembers> action) {
        metrics.fanOut(members.size());
        for (int i = 0; i < lists.length; i++) {
            LoopMembers list = lists[i];
            if (list != null && byLoop[i] > 0) {
                action.accept(list);
            }
        }
    }
}
