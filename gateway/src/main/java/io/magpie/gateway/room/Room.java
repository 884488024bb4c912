package io.magpie.gateway.room;

import io.magpie.gateway.delivery.Audience;
import io.magpie.gateway.delivery.LoopMembers;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.gateway.support.TokenBucket;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A room: who is in it, its newest messages, and what was said in this turn and isn't with the engine yet. Everything
 * about a room happens on its shard, one thing after the other; that is why a joiner's replay and live delivery fit
 * together without a lock.
 */
@OwnedBy(Owner.ROOM_SHARD)
final class Room {
    /** A batch is handed over early when it is this large, so that no frame grows without bound. */
    static final int MAX_BATCH_MESSAGES = 512;

    static final int MAX_BATCH_BYTES = 64 * 1024;

    /** In place of a time: all that was committed has been announced. */
    private static final long NOTHING = Long.MIN_VALUE;

    /** Joiners that may wait for the engine to open the room; later ones are told to come back. */
    static final int MAX_WAITING = 4_096;

    private static final Refusal FAILED = new Refusal(ErrorCode.INTERNAL, "the server failed to store this");

    private static final Refusal FORBIDDEN = new Refusal(ErrorCode.FORBIDDEN, "you may not send in this room any more");

    private final RoomId id;
    private final RoomShard shard;
    private final Audience audience;
    private final MessageWindow recent;
    private final RoomBacklog backlog;

    private @Nullable String epoch;
    private @Nullable Refusal refused;

    /** Joins that wait for a look into the log; who leaves meanwhile isn't here any more. */
    private final Map<Membership, Integer> entering = new HashMap<>(0);

    private final List<Runnable> waiting = new ArrayList<>();
    private List<Publication> batch = new ArrayList<>();
    private int batchBytes;
    private long oldestNanos;

    /** Batches with the engine. */
    private int committing;

    /** When the oldest message that is announced next was read from its socket; for measuring only. */
    private long announcedNanos = NOTHING;

    private long emptySinceNanos;

    /** What may be said; null if anything may. */
    private final @Nullable TokenBucket rate;

    Room(RoomId id, RoomShard shard, Audience audience, MessageWindow recent, RoomBacklog backlog) {
        this.id = id;
        this.shard = shard;
        this.audience = audience;
        this.recent = recent;
        this.backlog = backlog;
        this.emptySinceNanos = shard.nanoTime();
        this.rate = shard.rate();
    }

    /** The engine has opened the room; who waited enters now. */
    void open(Engine.Subscription subscription) {
        List<Message> known = subscription.recent();
        recent.startAfter(subscription.head().seq() - known.size());
        known.forEach(recent::add);
        epoch = subscription.head().epoch();
        releaseWaiting();
    }

    private void releaseWaiting() {
        List<Runnable> released = List.copyOf(waiting);
        waiting.clear();
        released.forEach(RoomShard::guarded);
    }

    void join(Membership member, JoinRequest request, Consumer<JoinOutcome> reply) {
        whenOpen(reply, epoch -> {
            entering.merge(member, 1, Integer::sum);
            recover(epoch, request, outcome -> finish(member, outcome, reply), recovery -> {
                if (entering.containsKey(member)) {
                    LoopMembers list = audience.enter(member);
                    Event.RoomState state = state(epoch, recovery, audience.size());
                    JoinOutcome entered =
                            new JoinOutcome.Entered(state, recovery.gap(), recovery.missed(), recovery.last(), list);
                    finish(member, entered, reply);
                }
            });
        });
    }

    /** A join has its answer. One who left meanwhile isn't there to hear it. */
    private void finish(Membership member, JoinOutcome outcome, Consumer<JoinOutcome> reply) {
        if (entering.computeIfPresent(member, (m, joins) -> joins - 1) != null) {
            entering.remove(member, 0);
            reply.accept(outcome);
        }
    }

    /** Finds out what a returning client missed, with a look into the log if the newest messages don't tell. */
    private void recover(String epoch, JoinRequest request, Consumer<JoinOutcome> refused, Consumer<Recovery> then) {
        Optional<Command.History> question = Recovery.question(id, epoch, recent, request.since(), shard.historyPage());
        if (question.isEmpty()) {
            then.accept(Recovery.plan(id, epoch, recent, request, null));
        } else {
            shard.engine()
                    .history(
                            question.get(),
                            page -> then.accept(Recovery.plan(id, epoch, recent, request, page)),
                            refusal -> refused.accept(new JoinOutcome.Refused(refusal.code(), refusal.message())));
        }
    }

    /** Like {@link #join}, but only to look. */
    void peek(JoinRequest request, Consumer<JoinOutcome> reply) {
        whenOpen(
                reply,
                epoch -> recover(
                        epoch,
                        request,
                        reply,
                        recovery -> reply.accept(new JoinOutcome.Found(state(epoch, recovery, audience.size() + 1)))));
    }

    private void whenOpen(Consumer<JoinOutcome> reply, Consumer<String> action) {
        if (epoch != null) {
            action.accept(epoch);
        } else if (refused != null) {
            reply.accept(new JoinOutcome.Refused(refused.code(), refused.message()));
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(() -> whenOpen(reply, action));
        } else {
            reply.accept(new JoinOutcome.Refused(ErrorCode.BUSY, "the room is being opened"));
        }
    }

    private Event.RoomState state(String epoch, Recovery recovery, int members) {
        Position head = new Position(epoch, recent.head(), Position.NO_TIME);
        return new Event.RoomState(head, recovery.reason() == null, recovery.reason(), members);
    }

    void leave(Membership member) {
        if (refused != null) {
            return; // nobody is in
        }
        if (epoch == null) {
            // Its join waits for the engine too, and must not come after this.
            waiting.add(() -> leave(member));
            return;
        }
        entering.remove(member);
        audience.exit(member);
        if (audience.isEmpty()) {
            emptySinceNanos = shard.nanoTime();
        }
    }

    /** Adds to the batch of this turn, unless more is said here than may be. */
    void publish(Publication publication) {
        long wait = rate == null ? 0 : rate.take(shard.nanoTime());
        if (wait > 0) {
            Appended refused = new Appended.Refused(ErrorCode.RATE_LIMITED, "too much is said in this room", wait);
            acknowledge(List.of(publication), List.of(refused));
            return;
        }
        if (batch.isEmpty()) {
            oldestNanos = publication.draft().receivedNanos();
            shard.commitLater(this);
        }
        batch.add(publication);
        batchBytes += publication.draft().body().bytes().length;
        if (batch.size() >= MAX_BATCH_MESSAGES || batchBytes >= MAX_BATCH_BYTES) {
            commit();
        }
    }

    /**
     * Hands the batch to the engine, whose answer brings acknowledgements and then the delivery. Who may say something is
     * judged here again: since it came, its user may have been banned or kicked, or has a token that allows less.
     */
    void commit() {
        if (batch.isEmpty()) {
            return;
        }
        List<Publication> said = batch;
        long oldest = oldestNanos;
        batch = new ArrayList<>();
        batchBytes = 0;
        if (refused != null) {
            refuse(said, refused);
            return;
        }
        List<Publication> others = new ArrayList<>(0);
        // It must not be let go while somebody is refused, which may end connections.
        committing++;
        try {
            List<Publication> permitted = new ArrayList<>(said.size());
            said.forEach(one -> (one.publisher().mayPublish(id) ? permitted : others).add(one));
            append(permitted, oldest);
        } catch (RuntimeException | Error e) {
            refuse(said, FAILED);
            throw e;
        } finally {
            committing--;
        }
        if (!others.isEmpty()) {
            refuse(others, FORBIDDEN);
        }
    }

    private void append(List<Publication> permitted, long oldest) {
        if (permitted.isEmpty()) {
            return;
        }
        List<Draft> drafts = new ArrayList<>(permitted.size());
        permitted.forEach(publication -> drafts.add(publication.draft()));
        committing++;
        try {
            shard.engine().append(id, drafts, outcomes -> {
                committing--;
                if (announcedNanos == NOTHING && outcomes.stream().anyMatch(Room::isNew)) {
                    announcedNanos = oldest;
                }
                acknowledge(permitted, outcomes);
            });
        } catch (RuntimeException | Error e) {
            committing--;
            throw e;
        }
    }

    private void refuse(List<Publication> said, Refusal refusal) {
        Appended refused = new Appended.Refused(refusal.code(), refusal.message());
        acknowledge(said, Collections.nCopies(said.size(), refused));
    }

    private static boolean isNew(Appended outcome) {
        return outcome instanceof Appended.Stored stored && !stored.duplicate();
    }

    /** Called by the engine, in order; the only way by which messages reach members. */
    void onMessages(List<Message> messages) {
        List<Event> events = new ArrayList<>(messages.size());
        for (Message message : messages) {
            recent.add(message);
            events.add(new Event.Delivered(message));
        }
        try {
            shard.broadcaster().broadcast(audience, events, messages.get(0).seq(), readNanos());
        } finally {
            announcedNanos = NOTHING;
        }
    }

    /** What was said elsewhere has no such time; it counts from now. */
    private long readNanos() {
        return announcedNanos == NOTHING ? shard.nanoTime() : announcedNanos;
    }

    /** Tells the members, unless more is said here than may be: signals are the first to go. */
    void signal(Sender from, Body body, long receivedNanos) {
        if (rate != null && rate.take(shard.nanoTime()) > 0) {
            return;
        }
        shard.broadcaster().signal(audience, new Event.Signalled(id, from, body), receivedNanos);
    }

    void history(Command.History query, Consumer<Engine.Page> reply, Consumer<Refusal> refused) {
        if (epoch != null && recent.covers(query)) {
            reply.accept(recent.page(epoch, query));
        } else {
            shard.engine().history(query, reply, refused);
        }
    }

    /** Like {@link #history}, for somebody who isn't in the room, which may be only just opening. */
    void read(Command.History query, Consumer<Engine.Page> reply, Consumer<Refusal> refusing) {
        whenOpen(
                outcome -> refusing.accept(
                        refused == null ? new Refusal(ErrorCode.BUSY, "the room is being opened") : refused),
                known -> history(query, reply, refusing));
    }

    RoomSummary summary() {
        return new RoomSummary(id, audience.size(), recent.head());
    }

    void members(int limit, Consumer<RoomMembers> reply) {
        List<Sender> sample =
                audience.members().stream().limit(limit).map(Membership::sender).toList();
        reply.accept(new RoomMembers(audience.size(), sample));
    }

    RoomBacklog backlog() {
        return backlog;
    }

    /** Whether nobody is in and nothing was ever said, so that nothing is lost by forgetting the room. */
    boolean unused() {
        return recent.head() == 0 && quiet();
    }

    /** The engine can't open the room; who waits is told. */
    void refuseWaiting(Refusal refusal) {
        refused = refusal;
        releaseWaiting();
    }

    /** Whether nobody has been in for a span of time and nothing is under way. */
    boolean idle(long forNanos) {
        return quiet() && shard.nanoTime() - emptySinceNanos >= forNanos;
    }

    private boolean quiet() {
        return audience.isEmpty() && entering.isEmpty() && waiting.isEmpty() && batch.isEmpty() && committing == 0;
    }

    /** Tells publishers what became of their messages. One that can't be told doesn't keep the others from anything. */
    private void acknowledge(List<Publication> committed, List<Appended> outcomes) {
        Map<Publisher, List<Runnable>> elsewhere = Map.of();
        for (int i = 0; i < committed.size(); i++) {
            Publication publication = committed.get(i);
            Appended outcome = outcomes.get(i);
            Publisher publisher = publication.publisher();
            Runnable answer = () -> publisher.onAppended(id, publication.id(), outcome);
            if (publisher.loop().inLoop()) {
                RoomShard.guarded(answer);
            } else {
                elsewhere = elsewhere.isEmpty() ? new HashMap<>() : elsewhere;
                elsewhere.computeIfAbsent(publisher, p -> new ArrayList<>()).add(answer);
            }
        }
        elsewhere.forEach((publisher, answers) ->
                RoomShard.guarded(() -> publisher.loop().post(() -> answers.forEach(RoomShard::guarded))));
    }
}
