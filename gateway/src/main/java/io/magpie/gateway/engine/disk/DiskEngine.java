package io.magpie.gateway.engine.disk;

import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine on disk, as one shard sees it: what it is asked goes to the log's writer and readers, and their answers come
 * back on the shard. Belongs to the shard.
 */
@OwnedBy(Owner.ROOM_SHARD)
final class DiskEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(DiskEngine.class);
    private static final Refusal BUSY = new Refusal(ErrorCode.BUSY, "the server's disk can't keep up, try again later");

    /** Questions about a room that may wait until it has been read. */
    private static final int MAX_WAITING = 4_096;

    /** A subscribed room. What it is asked waits until it has been read. */
    @OwnedBy(Owner.ROOM_SHARD)
    private static final class Followed {
        final RoomId id;
        final Listener listener;
        final List<Consumer<@Nullable Refusal>> waiting = new ArrayList<>();

        @Nullable
        RoomLog log;

        /** Appends that aren't answered yet. */
        int inFlight;

        /** Who follows the room next waits for them: the log must be read after they are written. */
        @Nullable
        Runnable whenSettled;

        Followed(RoomId id, Listener listener) {
            this.id = id;
            this.listener = listener;
        }
    }

    /** Who appended, and who follows the room. */
    private final class Waiting implements Append.Answer {
        private final Followed followed;
        private final Consumer<List<Appended>> done;

        Waiting(Followed followed, Consumer<List<Appended>> done) {
            this.followed = followed;
            this.done = done;
        }

        @Override
        public void onCommitted(List<Appended> outcomes) {
            answer(followed, outcomes, done);
        }

        @Override
        public void announce(List<Message> messages) {
            // Who follows the room anew finds them in its log.
            if (!closed && rooms.get(followed.id) == followed) {
                guarded(() -> followed.listener.onMessages(followed.id, messages));
            }
        }
    }

    private final Executor shard;
    private final LogReader reader;
    private final LogReaders readers;
    private final LogWriter writer;
    private final Map<RoomId, Followed> rooms = new HashMap<>();

    /** Rooms that aren't followed any more, until their last append is answered. */
    private final Map<RoomId, Followed> settling = new HashMap<>();

    private boolean closed;

    DiskEngine(Executor shard, LogReader reader, LogReaders readers, LogWriter writer) {
        this.shard = shard;
        this.reader = reader;
        this.readers = readers;
        this.writer = writer;
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        Followed followed = new Followed(room, listener);
        if (rooms.putIfAbsent(room, followed) != null) {
            throw new IllegalStateException("room is subscribed already");
        }
        Runnable load = () -> ask(
                () -> reader.load(room),
                loaded -> opened(followed, loaded, ready),
                refusal -> unopened(followed, refusal, refused));
        Followed before = settling.get(room);
        if (before == null) {
            load.run();
        } else {
            before.whenSettled = load;
        }
    }

    private void opened(Followed followed, LogReader.Loaded loaded, Consumer<Subscription> ready) {
        followed.log = loaded.log();
        ready.accept(new Subscription(loaded.log().position(), loaded.recent()));
        release(followed, null);
    }

    private void unopened(Followed followed, Refusal refusal, Consumer<Refusal> refused) {
        rooms.remove(followed.id, followed);
        refused.accept(refusal);
        release(followed, refusal);
    }

    private static void release(Followed followed, @Nullable Refusal refusal) {
        List<Consumer<@Nullable Refusal>> waiting = List.copyOf(followed.waiting);
        followed.waiting.clear();
        waiting.forEach(task -> task.accept(refusal));
    }

    @Override
    public void unsubscribe(RoomId room) {
        Followed followed = rooms.remove(room);
        if (followed != null && followed.inFlight > 0) {
            settling.put(room, followed);
        }
    }

    @Override
    public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        Followed followed = followed(room);
        followed.inFlight++;
        whenOpen(followed, refusal -> {
            RoomLog log = followed.log;
            if (refusal != null || log == null) {
                answer(followed, refusals(drafts, refusal == null ? BUSY : refusal), done);
            } else if (!writer.submit(new Append(log, drafts, shard, new Waiting(followed, done)))) {
                answer(followed, refusals(drafts, BUSY), done);
            }
        });
    }

    private static List<Appended> refusals(List<Draft> drafts, Refusal refusal) {
        return Collections.nCopies(drafts.size(), new Appended.Refused(refusal.code(), refusal.message()));
    }

    private void answer(Followed followed, List<Appended> outcomes, Consumer<List<Appended>> done) {
        if (closed) {
            return;
        }
        followed.inFlight--;
        guarded(() -> done.accept(outcomes));
        if (followed.inFlight == 0 && settling.remove(followed.id, followed) && followed.whenSettled != null) {
            followed.whenSettled.run();
        }
    }

    @Override
    public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
        Followed followed = followed(query.room());
        whenOpen(followed, refusal -> {
            RoomLog log = followed.log;
            if (refusal != null || log == null) {
                refused.accept(refusal == null ? BUSY : refusal);
            } else {
                ask(() -> reader.page(log, query), done, refused);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        rooms.clear();
        settling.clear();
    }

    private Followed followed(RoomId room) {
        Followed followed = rooms.get(room);
        if (followed == null) {
            throw new IllegalStateException("room isn't subscribed");
        }
        return followed;
    }

    private static void whenOpen(Followed followed, Consumer<@Nullable Refusal> task) {
        if (followed.log != null) {
            task.accept(null);
        } else if (followed.waiting.size() < MAX_WAITING) {
            followed.waiting.add(task);
        } else {
            task.accept(BUSY);
        }
    }

    /** Reads elsewhere, and goes on here. */
    private <T> void ask(LogReaders.Question<T> question, Consumer<T> done, Consumer<Refusal> refused) {
        readers.ask(
                question,
                answer -> LogWriter.post(shard, () -> whileOpen(() -> done.accept(answer))),
                refusal -> LogWriter.post(shard, () -> whileOpen(() -> refused.accept(refusal))));
    }

    private void whileOpen(Runnable task) {
        if (!closed) {
            task.run();
        }
    }

    /** One room's fault must not cost another its answer. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("engine.callback-failed", e);
        }
    }
}
