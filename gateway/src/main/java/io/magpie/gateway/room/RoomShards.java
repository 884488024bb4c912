package io.magpie.gateway.room;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.Broadcaster;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.GatewayMetrics;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The way to all rooms: any thread may call it; each call is posted to the shard that owns the room. Answers come on
 * the loop of the connection that they are for. Immutable.
 */
public final class RoomShards {
    private static final JoinOutcome.Refused FULL =
            new JoinOutcome.Refused(ErrorCode.BUSY, "this server has as many rooms as it may, try again later");

    /** Answers about a room that refused its member meanwhile. */
    private static final RoomMembers NOBODY = new RoomMembers(0, List.of());

    private static final Engine.Page NOTHING = new Engine.Page("none", List.of(), false);

    private final List<RoomShard> shards;

    /**
     * One shard for each loop, on that loop.
     *
     * @param engines makes an engine for a shard, given its executor
     */
    public RoomShards(
            List<DeliveryLoop> loops,
            Function<Executor, Engine> engines,
            Broadcaster broadcaster,
            GatewayConfig config,
            GatewayMetrics metrics) {
        List<RoomShard> made = new ArrayList<>();
        for (DeliveryLoop loop : loops) {
            RoomShard.Wiring wiring =
                    new RoomShard.Wiring(loop, loops.size(), engines.apply(loop.executor()), broadcaster, metrics);
            made.add(new RoomShard(wiring, config));
        }
        this.shards = List.copyOf(made);
    }

    /** Begins housekeeping. */
    public void start() {
        shards.forEach(RoomShard::start);
    }

    /** Counts a member in; see {@link JoinOutcome}. */
    public void join(Membership member, JoinRequest request, Consumer<JoinOutcome> reply) {
        RoomShard shard = shardOf(member.room());
        DeliveryLoop home = member.connection().loop();
        Consumer<JoinOutcome> answer = outcome -> home.run(() -> reply.accept(outcome));
        shard.execute(() -> shard.enter(member.room())
                .ifPresentOrElse(room -> room.join(member, request, answer), () -> answer.accept(FULL)));
    }

    /** Asks what a joiner would find, without joining. */
    public void peek(Membership member, JoinRequest request, Consumer<JoinOutcome> reply) {
        RoomShard shard = shardOf(member.room());
        DeliveryLoop home = member.connection().loop();
        Consumer<JoinOutcome> answer = outcome -> home.run(() -> reply.accept(outcome));
        shard.execute(() -> shard.enter(member.room())
                .ifPresentOrElse(room -> room.peek(request, answer), () -> answer.accept(FULL)));
    }

    /**
     * Counts a member out. It must have stopped its live delivery on its loop already.
     *
     * @param done called when the room no longer counts it
     */
    public void leave(Membership member, Runnable done) {
        RoomShard shard = shardOf(member.room());
        DeliveryLoop home = member.connection().loop();
        shard.execute(() -> {
            shard.leave(member);
            home.run(done);
        });
    }

    /** Appends to a room's log; the publisher is told the outcome. */
    public void publish(RoomId room, Publication publication) {
        RoomShard shard = shardOf(room);
        shard.execute(() -> {
            Optional<Room> entered;
            try {
                entered = shard.enter(room);
            } catch (RuntimeException e) {
                refuse(room, publication, new Appended.Refused(ErrorCode.INTERNAL, "the room can't be opened"));
                throw e;
            }
            entered.ifPresentOrElse(
                    open -> open.publish(publication),
                    () -> refuse(room, publication, new Appended.Refused(FULL.code(), FULL.message())));
        });
    }

    /** Tells members something that isn't stored. */
    public void signal(RoomId room, Sender from, Body body, long receivedNanos) {
        RoomShard shard = shardOf(room);
        shard.execute(() -> shard.room(room).ifPresent(open -> open.signal(from, body, receivedNanos)));
    }

    /** Reads a page of a room's log for a member of it; one of both is called. */
    public void history(
            Membership member, Command.History query, Consumer<Engine.Page> reply, Consumer<Refusal> refused) {
        DeliveryLoop home = member.connection().loop();
        RoomShard shard = shardOf(query.room());
        Consumer<Engine.Page> answer = page -> home.run(() -> reply.accept(page));
        Consumer<Refusal> refusing = refusal -> home.run(() -> refused.accept(refusal));
        shard.execute(() -> shard.room(query.room())
                .ifPresentOrElse(room -> room.history(query, answer, refusing), () -> answer.accept(NOTHING)));
    }

    /** Reads a page of the log of any room, which is opened for that; one of both is called, on the room's shard. */
    public void read(Command.History query, Consumer<Engine.Page> reply, Consumer<Refusal> refused) {
        RoomShard shard = shardOf(query.room());
        shard.execute(() -> shard.enter(query.room())
                .ifPresentOrElse(
                        room -> room.read(query, reply, refused),
                        () -> refused.accept(new Refusal(FULL.code(), FULL.message()))));
    }

    /** Asks who is in any room; nobody is in one that isn't open. The answer comes on the room's shard. */
    public void members(RoomId id, int limit, Consumer<RoomMembers> reply) {
        RoomShard shard = shardOf(id);
        shard.execute(
                () -> shard.room(id).ifPresentOrElse(room -> room.members(limit, reply), () -> reply.accept(NOBODY)));
    }

    /** Tells how many rooms are open in all, and some of them with their members. The answer comes on any shard. */
    public CompletableFuture<List<RoomSummary>> open(int limit) {
        List<CompletableFuture<List<RoomSummary>>> parts = new ArrayList<>();
        for (RoomShard shard : shards) {
            CompletableFuture<List<RoomSummary>> part = new CompletableFuture<>();
            parts.add(part);
            shard.execute(() -> part.complete(shard.summaries(limit)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(all -> parts.stream()
                        .flatMap(part -> part.join().stream())
                        .limit(limit)
                        .toList());
    }

    /** Asks who is in a room, for a member of it. */
    public void members(Membership member, int limit, Consumer<RoomMembers> reply) {
        RoomShard shard = shardOf(member.room());
        DeliveryLoop home = member.connection().loop();
        Consumer<RoomMembers> answer = list -> home.run(() -> reply.accept(list));
        shard.execute(() -> shard.room(member.room())
                .ifPresentOrElse(room -> room.members(limit, answer), () -> answer.accept(NOBODY)));
    }

    /** Lets go of rooms and engines; the loops must still run. */
    public void close() {
        shards.forEach(shard -> shard.execute(shard::close));
    }

    private static void refuse(RoomId room, Publication publication, Appended refused) {
        Publisher publisher = publication.publisher();
        publisher.loop().run(() -> publisher.onAppended(room, publication.id(), refused));
    }

    private RoomShard shardOf(RoomId room) {
        return shards.get(owner(room.hashCode(), shards.size()));
    }

    /** Which of {@code owners} a hash belongs to: 0 to {@code owners − 1} for every hash, {@code MIN_VALUE} too. */
    static int owner(int hash, int owners) {
        int mixed = hash * 0x9E3779B9;
        return Math.floorMod(mixed ^ mixed >>> 16, owners);
    }
}
