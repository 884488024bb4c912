package io.magpie.gateway.room;

import io.magpie.gateway.delivery.Backlog;
import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.MessageWindow;
import io.magpie.gateway.support.LogText;
import io.magpie.protocol.Command;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the members of one room who fell behind: from the room's newest messages as long as these reach back far
 * enough, else from the engine. {@link #next} may be called by any thread; the rest happens on the room's shard.
 */
final class RoomBacklog implements Backlog {
    /** Pages end at multiples of this, so that members at different places meet on the same pages. */
    static final int PAGE_MESSAGES = 64;

    /** Of {@link Message#weight}; a page is one frame, and about as much as may wait for a slow reader. */
    static final int PAGE_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RoomBacklog.class);

    private final RoomId id;
    private final RoomShard shard;
    private final MessageWindow recent;

    /** @param recent the room's newest messages, borrowed from it */
    RoomBacklog(RoomId id, RoomShard shard, MessageWindow recent) {
        this.id = id;
        this.shard = shard;
        this.recent = recent;
    }

    @Override
    public void next(Reader reader, long after) {
        shard.execute(() -> attempt(reader, () -> read(reader, after)));
    }

    /** Recent messages from one on, as many as make a page. */
    static List<Message> page(MessageWindow recent, long from) {
        return recent.range(from, from | (PAGE_MESSAGES - 1), PAGE_BYTES);
    }

    private void read(Reader reader, long after) {
        Connection connection = reader.connection();
        if (after >= recent.head()) {
            give(reader, new Page(Unpooled.EMPTY_BUFFER, 0, after, true, false));
        } else if (recent.covers(after)) {
            List<Message> messages = page(recent, after + 1);
            long last = after + messages.size();
            PageCache.Key key = new PageCache.Key(this, connection.format(), after + 1, last);
            ByteBuf frames = shard.pages().get(key, () -> encode(connection.format(), messages));
            give(reader, new Page(frames, messages.size(), last, last == recent.head(), false));
        } else {
            Command.History query = new Command.History(id, Command.History.UNSET, after, shard.historyPage());
            shard.engine()
                    .history(
                            query,
                            page -> attempt(reader, () -> give(reader, older(connection.format(), after, page))),
                            refusal -> failed(reader));
        }
    }

    /** What the engine still has, after a word about what it hasn't. */
    private Page older(FrameFormat format, long after, Engine.Page page) {
        // What the engine has stored but not announced yet comes live.
        List<Message> messages = page.messages().stream()
                .filter(message -> message.seq() <= recent.head())
                .toList();
        long next = messages.isEmpty()
                ? Math.max(recent.first(), after + 1)
                : messages.get(0).seq();
        List<Event> events = new ArrayList<>(messages.size() + 1);
        boolean gap = next > after + 1;
        if (gap) {
            events.add(new Event.Gap(id, after + 1, next - 1, Event.GapReason.TRIMMED));
        }
        messages.forEach(message -> events.add(new Event.Delivered(message)));
        long last = next - 1 + messages.size();
        ByteBuf frames =
                events.isEmpty() ? Unpooled.EMPTY_BUFFER : shard.broadcaster().encode(format, events);
        return new Page(frames, messages.size(), last, last >= recent.head(), gap);
    }

    private ByteBuf encode(FrameFormat format, List<Message> messages) {
        return shard.broadcaster()
                .encode(format, messages.stream().map(Event.Delivered::new).toList());
    }

    private static void give(Reader reader, Page page) {
        try {
            reader.connection().loop().run(() -> RoomShard.guarded(() -> reader.onPage(page)));
        } catch (RejectedExecutionException e) {
            // The loop is shutting down; its connections go with it.
            page.frames().release();
        }
    }

    /** A reader that isn't answered would wait for ever. */
    private void attempt(Reader reader, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            LOG.error("backlog.failed room={}", LogText.quote(id.value()), e);
            failed(reader);
        }
    }

    private static void failed(Reader reader) {
        reader.connection().loop().run(() -> RoomShard.guarded(reader::onFailure));
    }
}
