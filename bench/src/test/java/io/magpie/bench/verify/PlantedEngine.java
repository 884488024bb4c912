package io.magpie.bench.verify;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Command;
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

    private final Engine engine;
    private final Planted bug;
    private final Random random;
    private final Map<RoomId, Position> heads = new HashMap<>();

    PlantedEngine(Engine engine, Planted bug, Random random) {
        this.engine = engine;
        this.bug = bug;
        this.random = random;
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        engine.subscribe(
                room,
                listener,
                subscription -> {
                    heads.put(room, subscription.head());
                    ready.accept(subscription);
                },
                refused);
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
                ? drafts.stream()
                        .map(draft -> new Draft(draft.from(), null, draft.kind(), draft.body(), draft.receivedNanos()))
                        .toList()
                : drafts;
        engine.append(room, stored, outcomes -> {
            for (Appended outcome : outcomes) {
                if (outcome instanceof Appended.Stored one && !one.duplicate()) {
                    heads.put(room, one.position());
                }
            }
            done.accept(outcomes);
        });
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
