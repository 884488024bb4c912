package io.magpie.gateway.room;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Command;
import io.magpie.protocol.RoomId;
import java.util.List;
import java.util.function.Consumer;

/** The local engine, but every append to one room is a programming error. */
final class FailingEngine implements Engine {
    private final Engine inner = RoomRig.localEngine(RoomRig.DEFAULTS).get();
    private final RoomId bad;

    FailingEngine(RoomId bad) {
        this.bad = bad;
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        inner.subscribe(room, listener, ready, refused);
    }

    @Override
    public void unsubscribe(RoomId room) {
        inner.unsubscribe(room);
    }

    @Override
    public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        if (room.equals(bad)) {
            throw new IllegalStateException("planted fault");
        }
        inner.append(room, drafts, done);
    }

    @Override
    public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
        inner.history(query, done, refused);
    }

    @Override
    public void close() {
        inner.close();
    }
}
