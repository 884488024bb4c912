package io.magpie.gateway.room;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Audience;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.gateway.support.TokenBucket;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns a share of the rooms, on one single-threaded executor. All its methods run there but {@link #execute}, which
 * brings work from any thread and keeps a failing task from doing harm to the next.
 */
@OwnedBy(Owner.ROOM_SHARD)
final class RoomShard implements Engine.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RoomShard.class);

    /** Encoded pages that a shard keeps for members who are behind. */
    private static final long PAGES_BYTES = 4 * 1024 * 1024;

    private static final Refusal UNAVAILABLE = new Refusal(ErrorCode.UNAVAILABLE, "the room can't be opened now");

    /** What the rooms of a shard work with. */
    record Wiring(DeliveryLoop home, int loops, Engine engine, Broadcaster broadcaster, GatewayMetrics metrics) {}

    private final Wiring wiring;
    private final GatewayConfig config;
    private final Map<RoomId, Room> rooms = new HashMap<>();
    private final List<Room> uncommitted = new ArrayList<>();
    private final PageCache pages = new PageCache(PAGES_BYTES);

    RoomShard(Wiring wiring, GatewayConfig config) {
        this.wiring = wiring;
        this.config = config;
    }

    /** Begins the search for idle rooms. Once, from any thread. */
    void start() {
        long period = Math.max(1_000, config.history().idleTimeout().toMillis() / 4);
        wiring.home()
                .executor()
                .scheduleWithFixedDelay(() -> guarded(this::unloadIdle), period, period, TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the shard: at once if the caller is its thread. Any thread. */
    void execute(Runnable task) {
        wiring.home().run(() -> guarded(task));
    }

    /** The room, opened if it isn't yet; none if this shard has as many as it may. */
    Optional<Room> enter(RoomId id) {
        assert wiring.home().inLoop();
        Room room = rooms.get(id);
        boolean full = rooms.size() >= Math.max(1, config.limits().rooms() / wiring.loops());
        return room == null && full ? Optional.empty() : Optional.of(room == null ? load(id) : room);
    }

    /** The room, if it is open; it is for all who have entered it. */
    Optional<Room> room(RoomId id) {
        assert wiring.home().inLoop();
        return Optional.ofNullable(rooms.get(id));
    }

    /** Some of the rooms that are open. */
    List<RoomSummary> summaries(int limit) {
        assert wiring.home().inLoop();
        return rooms.values().stream().limit(limit).map(Room::summary).toList();
    }

    Engine engine() {
        return wiring.engine();
    }

    Broadcaster broadcaster() {
        return wiring.broadcaster();
    }

    PageCache pages() {
        assert wiring.home().inLoop();
        return pages;
    }

    /** The most messages of a page of the engine's log. */
    int historyPage() {
        return config.limits().historyPage();
    }

    /** What may be said in a room; null if anything may. */
    @Nullable
    TokenBucket rate() {
        int perSecond = config.rate().room();
        return perSecond == 0 ? null : new TokenBucket(perSecond, nanoTime());
    }

    long nanoTime() {
        return wiring.home().executor().ticker().nanoTime();
    }

    /** Counts a member out. No room is opened for somebody who leaves it. */
    void leave(Membership member) {
        assert wiring.home().inLoop();
        Room room = rooms.get(member.room());
        if (room != null) {
            room.leave(member);
            if (room.unused()) {
                unload(member.room());
            }
        }
    }

    /**
     * Commits a room's batch at the tail of the shard's queue, so that all that reaches the room until then is one
     * batch; or after the batch interval where there is one.
     */
    void commitLater(Room room) {
        uncommitted.add(room);
        if (uncommitted.size() > 1) {
            return;
        }
        Duration interval = config.outbound().batchInterval();
        if (interval.isZero()) {
            wiring.home().post(this::commitAll);
        } else {
            wiring.home().executor().schedule(this::commitAll, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onMessages(RoomId id, List<Message> messages) {
        Room room = rooms.get(id);
        if (room != null) {
            guarded(() -> room.onMessages(messages));
        }
    }

    void close() {
        rooms.clear();
        pages.clear();
        wiring.engine().close();
    }

    private Room load(RoomId id) {
        MessageWindow recent = new MessageWindow(
                config.history().messages(), config.history().bytes().bytes());
        RoomBacklog backlog = new RoomBacklog(id, this, recent);
        Audience audience = new Audience(wiring.loops(), backlog, wiring.metrics());
        Room room = new Room(id, this, audience, recent, backlog);
        rooms.put(id, room);
        wiring.metrics().rooms(1);
        try {
            wiring.engine().subscribe(id, this, room::open, refusal -> refuse(room, id, refusal));
        } catch (RuntimeException e) {
            wiring.engine().unsubscribe(id);
            refuse(room, id, UNAVAILABLE);
            throw e;
        }
        return room;
    }

    /** The engine can't open a room: who waits is told, and the next one who wants it tries anew. */
    private void refuse(Room room, RoomId id, Refusal refusal) {
        if (rooms.remove(id, room)) {
            pages.forget(room.backlog());
            wiring.metrics().rooms(-1);
        }
        room.refuseWaiting(refusal);
    }

    private void unload(RoomId id) {
        Room room = rooms.remove(id);
        if (room != null) {
            pages.forget(room.backlog());
        }
        wiring.metrics().rooms(-1);
        wiring.engine().unsubscribe(id);
    }

    private void commitAll() {
        List<Room> dirty = List.copyOf(uncommitted);
        uncommitted.clear();
        dirty.forEach(room -> guarded(room::commit));
    }

    private void unloadIdle() {
        long idleNanos = config.history().idleTimeout().toNanos();
        List<RoomId> idle = new ArrayList<>();
        rooms.forEach((id, room) -> {
            if (room.idle(idleNanos)) {
                idle.add(id);
            }
        });
        idle.forEach(this::unload);
    }

    /** What fails must not stop the others of its shard: not even an error, such as no direct memory for a buffer. */
    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RejectedExecutionException e) {
            LOG.debug("shard.loop-ended", e); // the process stops; who would have been told is gone
        } catch (Throwable e) {
            LOG.error("shard.task-failed", e);
        }
    }
}
