package io.magpie.bench.verify;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** An engine with a bug of {@link Planted} that is one of storing. Belongs to the shard of the engine that it wraps. */
final class PlantedEngine implements Engine {
    private static final double ONE_IN = 0.02;
    private static final int REUSED = 3;

    private final Engine engine;
    private final Planted bug;
    private final Random random;
    private final boolean restarted;
    private final Map<RoomId, Position> heads = new HashMap<>();
    private final Map<RoomId, Long> reusedFrom = new HashMap<>();
    private final Map<String, Position> keys = new HashMap<>();

    /** @param restarted whether there is data of an earlier process */
    PlantedEngine(Engine engine, Planted bug, Random random, boolean restarted) {
        this.engine = engine;
        this.bug = bug;
        this.random = random;
        this.restarted = restarted;
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        engine.subscribe(
                room,
                (id, messages) -> listener.onMessages(
                        id, messages.stream().map(this::renumbered).toList()),
                subscription -> {
                    heads.put(room, subscription.head());
                    ready.accept(begin(room, subscription));
                },
                refused);
    }

    /** With {@link Planted#SEQ_REUSED}, as if the room ended earlier than it does. */
    private Subscription begin(RoomId room, Subscription subscription) {
        Position head = subscription.head();
        if (bug != Planted.SEQ_REUSED || !restarted || head.seq() <= REUSED) {
            return subscription;
        }
        reusedFrom.put(room, head.seq());
        List<Message> recent = subscription.recent();
        return new Subscription(
                new Position(head.epoch(), head.seq() - REUSED, head.at()),
                recent.subList(0, Math.max(0, recent.size() - REUSED)));
    }

    private Message renumbered(Message message) {
        return new Message(
                message.room(),
                renumbered(message.room(), message.seq()),
                message.at(),
                message.from(),
                message.key(),
                message.kind(),
                message.body());
    }

    private long renumbered(RoomId room, long seq) {
        Long from = reusedFrom.get(room);
        return from == null || seq <= from ? seq : seq - REUSED;
    }

    @Override
    public void unsubscribe(RoomId room) {
        engine.unsubscribe(room);
    }

    @Override
    public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        if (bug == Planted.ACK_BEFORE_STORED && random.nextDouble() < ONE_IN) {
            Position head = heads.get(room);
            List<Appended> lies = new ArrayList<>();
            for (int i = 1; i <= drafts.size(); i++) {
                lies.add(new Appended.Stored(
                        new Position(head.epoch(), head.seq() + i, System.currentTimeMillis()), false));
            }
            done.accept(lies);
            return;
        }
        List<Draft> stored = bug == Planted.KEYS_FORGOTTEN
                ? drafts.stream().map(PlantedEngine::keyless).toList()
                : drafts;
        if (bug == Planted.KEYS_NOT_STORED) {
            appendRemembering(room, drafts, done);
            return;
        }
        engine.append(room, stored, outcomes -> {
            List<Appended> renumbered = new ArrayList<>();
            for (Appended outcome : outcomes) {
                if (outcome instanceof Appended.Stored one && !one.duplicate()) {
                    heads.put(room, one.position());
                }
                renumbered.add(outcome instanceof Appended.Stored one ? renumbered(room, one) : outcome);
            }
            done.accept(renumbered);
        });
    }

    private Appended renumbered(RoomId room, Appended.Stored stored) {
        Position place = stored.position();
        return new Appended.Stored(
                new Position(place.epoch(), renumbered(room, place.seq()), place.at()), stored.duplicate());
    }

    private static Draft keyless(Draft draft) {
        return new Draft(draft.from(), null, draft.kind(), draft.body(), draft.receivedNanos());
    }

    /** Looks for keys in memory, and stores what is new without them. */
    private void appendRemembering(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        List<Draft> fresh =
                drafts.stream().filter(draft -> !keys.containsKey(name(draft))).toList();
        Consumer<List<Appended>> answer = outcomes -> {
            List<Appended> all = new ArrayList<>();
            for (Draft draft : drafts) {
                int at = fresh.indexOf(draft);
                all.add(at < 0 ? new Appended.Stored(keys.get(name(draft)), true) : outcomes.get(at));
            }
            for (int i = 0; i < fresh.size(); i++) {
                if (outcomes.get(i) instanceof Appended.Stored stored) {
                    keys.put(name(fresh.get(i)), stored.position());
                }
            }
            done.accept(all);
        };
        if (fresh.isEmpty()) {
            answer.accept(List.of());
        } else {
            engine.append(room, fresh.stream().map(PlantedEngine::keyless).toList(), answer);
        }
    }

    private static String name(Draft draft) {
        return draft.from().id() + " " + draft.key();
    }

    @Override
    public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
        engine.history(query, done, refused);
    }

    @Override
    public void close() {
        engine.close();
    }
}
