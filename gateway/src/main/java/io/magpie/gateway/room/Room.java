package io.magpie.gateway.room;

import io.magpie.gateway.delivery.Audience;
import io.magpie.gateway.delivery.LoopMembers;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.gateway.support.LogText;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /** Joiners that may wait for the engine to open the room; later ones are told to come back. */
    static final int MAX_WAITING = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final RoomId id;
    private final RoomShard shard;
    private final Audience audience;
    private final MessageWindow recent;
    private final RoomBacklog backlog;

    private @Nullable String epoch;
    private boolean refused;
    private final List<Runnable> waiting = new ArrayList<>();
    private List<Publication> batch = new ArrayList<>();
    private int batchBytes;
    private long oldestNanos;
    private long emptySinceNanos;

    Room(RoomId id, RoomShard shard, Audience audience, MessageWindow recent, RoomBacklog backlog) {
        this.id = id;
        this.shard = shard;
        this.audience = audience;
        this.recent = recent;
        this.backlog = backlog;
        this.emptySinceNanos = shard.nanoTime();
    }

    /** The engine has opened the room; who waited enters now. */
    void open(Engine.Subscription subscription) {
        List<Message> known = subscription.recent();
        recent.startAfter(subscription.head().seq() - known.size());
        known.forEach(recent::add);
        epoch = subscription.head().epoch();
        waiting.forEach(RoomShard::guarded);
        waiting.clear();
    }

    void join(Membership member, JoinRequest request, Consumer<JoinOutcome> reply) {
        whenOpen(reply, epoch -> {
            Recovery recovery = Recovery.plan(id, epoch, recent, request);
            LoopMembers list = audience.enter(member);
            Event.RoomState state = state(epoch, recovery, audience.size());
            reply.accept(new JoinOutcome.Entered(state, recovery.gap(), recovery.missed(), list));
        });
    }

    /** Like {@link #join}, but only to look. */
    void peek(JoinRequest request, Consumer<JoinOutcome> reply) {
        whenOpen(reply, epoch -> {
            Recovery recovery = Recovery.plan(id, epoch, recent, request);
            reply.accept(new JoinOutcome.Found(state(epoch, recovery, audience.size() + 1)));
        });
    }

    private void whenOpen(Consumer<JoinOutcome> reply, Consumer<String> action) {
        if (epoch != null) {
            action.accept(epoch);
        } else if (refused) {
            reply.accept(new JoinOutcome.Refused(ErrorCode.UNAVAILABLE, "the room can't be opened now"));
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
        if (epoch == null) {
            // Its join waits for the engine too, and must not come after this.
            waiting.add(() -> leave(member));
            return;
        }
        audience.exit(member);
        if (audience.isEmpty()) {
            emptySinceNanos = shard.nanoTime();
        }
    }

    /** Adds to the batch of this turn. */
    void publish(Publication publication) {
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

    /** Hands the batch to the engine, whose answer brings acknowledgements and then the delivery. */
    void commit() {
        if (batch.isEmpty()) {
            return;
        }
        List<Publication> committed = batch;
        batch = new ArrayList<>();
        batchBytes = 0;
        List<Draft> drafts = new ArrayList<>(committed.size());
        committed.forEach(publication -> drafts.add(publication.draft()));
        try {
            shard.engine().append(id, drafts, outcomes -> acknowledge(committed, outcomes));
        } catch (RuntimeException | Error e) {
            Appended failed = new Appended.Refused(ErrorCode.INTERNAL, "the server failed to store this");
            acknowledge(committed, Collections.nCopies(committed.size(), failed));
            throw e;
        }
    }

    /** Called by the engine, in order; the only way by which messages reach members. */
    void onMessages(List<Message> messages) {
        List<Event> events = new ArrayList<>(messages.size());
        for (Message message : messages) {
            recent.add(message);
            events.add(new Event.Delivered(message));
        }
        try {
            shard.broadcaster().broadcast(audience, events, messages.get(0).seq(), oldestNanos);
        } catch (RuntimeException e) {
            LOG.error("batch.unencodable room={}", LogText.quote(id.value()), e);
            messages.forEach(this::announceAlone);
        }
    }

    /** Delivers one message of a batch that failed, or says that it is lost: never a silent gap. */
    private void announceAlone(Message message) {
        try {
            broadcastAlone(new Event.Delivered(message), message.seq());
        } catch (RuntimeException e) {
            broadcastAlone(new Event.Gap(id, message.seq(), message.seq(), Event.GapReason.SHED), message.seq());
        }
    }

    private void broadcastAlone(Event event, long seq) {
        shard.broadcaster().broadcast(audience, List.of(event), seq, oldestNanos);
    }

    void signal(Sender from, Body body, long receivedNanos) {
        shard.broadcaster().signal(audience, new Event.Signalled(id, from, body), receivedNanos);
    }

    void history(Command.History query, Consumer<Engine.Page> reply) {
        if (epoch != null && recent.covers(query)) {
            reply.accept(recent.page(epoch, query));
        } else {
            shard.engine().history(query, reply);
        }
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
        return recent.head() == 0 && audience.isEmpty() && waiting.isEmpty() && batch.isEmpty();
    }

    /** The engine can't open the room; who waits is told. */
    void refuseWaiting() {
        refused = true;
        waiting.forEach(RoomShard::guarded);
        waiting.clear();
    }

    /** Whether nobody has been in for a span of time and nothing is under way. */
    boolean idle(long forNanos) {
        return audience.isEmpty()
                && waiting.isEmpty()
                && batch.isEmpty()
                && shard.nanoTime() - emptySinceNanos >= forNanos;
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
