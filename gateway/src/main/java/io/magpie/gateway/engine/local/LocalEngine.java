package io.magpie.gateway.engine.local;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.DedupWindow;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The engine on memory: a room's log lives as long as the room is subscribed and the process runs. It answers every
 * call before it returns. Belongs to the room shard it was made for.
 */
@OwnedBy(Owner.ROOM_SHARD)
public final class LocalEngine implements Engine {
    /** One room's log. The epoch tells a client that an earlier log of the room is gone. */
    private static final class Log {
        final String epoch;
        final MessageWindow window;
        final Listener listener;
        long at = Position.NO_TIME;

        Log(String epoch, MessageWindow window, Listener listener) {
            this.epoch = epoch;
            this.window = window;
            this.listener = listener;
        }

        Position head() {
            return new Position(epoch, window.head(), at);
        }
    }

    /** Stored messages on their way to a listener. */
    private record Announcement(Listener listener, RoomId room, List<Message> messages) {}

    private final GatewayConfig.History history;
    private final DedupWindow dedup;
    private final Environment environment;
    private final Map<RoomId, Log> logs = new HashMap<>();

    /** Announced in the order of storing, even if an answer leads to the next append at once. */
    private final Queue<Announcement> announcements = new ArrayDeque<>();

    public LocalEngine(GatewayConfig.History history, GatewayConfig.Dedup dedup, Environment environment) {
        this.history = history;
        this.dedup = new DedupWindow(dedup.window().toNanos(), dedup.keys());
        this.environment = environment;
    }

    @Override
    public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
        MessageWindow window =
                new MessageWindow(history.messages(), history.bytes().bytes());
        Log log = new Log(environment.epochs().get(), window, listener);
        if (logs.putIfAbsent(room, log) != null) {
            throw new IllegalStateException("room is subscribed already");
        }
        ready.accept(new Subscription(log.head(), List.of()));
    }

    @Override
    public void unsubscribe(RoomId room) {
        logs.remove(room);
    }

    @Override
    public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
        Log log = log(room);
        List<Appended> outcomes = new ArrayList<>(drafts.size());
        List<Message> messages = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            long now = environment.nanos().getAsLong();
            Optional<DedupWindow.Entry> seen = dedup.find(log.epoch, draft, now);
            outcomes.add(seen.map(entry -> again(entry, draft)).orElseGet(() -> store(room, log, draft, messages)));
        }
        if (!messages.isEmpty()) {
            announcements.add(new Announcement(log.listener, room, messages));
        }
        done.accept(outcomes);
        for (Announcement next = announcements.poll(); next != null; next = announcements.poll()) {
            next.listener().onMessages(next.room(), next.messages());
        }
    }

    @Override
    public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
        Log log = log(query.room());
        done.accept(log.window.page(log.epoch, query));
    }

    @Override
    public void close() {
        logs.clear();
        announcements.clear();
    }

    private Log log(RoomId room) {
        Log log = logs.get(room);
        if (log == null) {
            throw new IllegalStateException("room isn't subscribed");
        }
        return log;
    }

    private static Appended again(DedupWindow.Entry first, Draft draft) {
        return first.sameContent(draft)
                ? new Appended.Stored(first.position(), true)
                : new Appended.Refused(ErrorCode.KEY_CONFLICT, "this key was used before with other content");
    }

    private Appended store(RoomId room, Log log, Draft draft, List<Message> messages) {
        // The wall clock may step back; a room's time never does.
        log.at = Math.max(log.at, environment.millis().getAsLong());
        Message message =
                new Message(room, log.window.head() + 1, log.at, draft.from(), draft.key(), draft.kind(), draft.body());
        log.window.add(message);
        messages.add(message);
        Position position = log.head();
        dedup.remember(draft, position, environment.nanos().getAsLong());
        return new Appended.Stored(position, false);
    }
}
