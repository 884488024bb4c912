package io.magpie.gateway.room;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Command;
import io.magpie.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An engine that answers later: every call waits until the test lets it go. Shared by all shards of a test. */
final class LateEngine implements Engine {
    private final Engine inner;
    private final Queue<Runnable> held = new ArrayDeque<>();

    LateEngine(Engine inner) {
        this.inner = inner;
    }

    /** Lets the oldest call go; call it on the shard. Says whether there was one. */
    boolean releaseOne() {
        Runnable call = held.poll();
        if (call != null) {
            call.run();
        }
        return call != null;
    }

    void releaseAll() {
        while (releaseOne()) {
            // as long as there is one
        }
    }

    int held() {
        return held.size();
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        held.add(() -> inner.subscribe(room, listener, ready, refused));
    }

    @Override
    public void unsubscribe(RoomId room) {
        held.add(() -> inner.unsubscribe(room));
    }

    @Override
    public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        held.add(() -> inner.append(room, drafts, done));
    }

    @Override
    public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
        held.add(() -> inner.history(query, done, refused));
    }

    @Override
    public void close() {
        inner.close();
    }

    /** Keeps engines as they are made, one for each shard. */
    static Supplier<Engine> each(Supplier<Engine> inner, List<LateEngine> made) {
        return () -> {
            LateEngine late = new LateEngine(inner.get());
            made.add(late);
            return late;
        };
    }
}
