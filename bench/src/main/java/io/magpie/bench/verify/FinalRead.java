package io.magpie.bench.verify;

import io.magpie.bench.verify.Entry.Kind;
import io.magpie.bench.wire.Envelopes;
import io.magpie.bench.wire.Link;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads every room's history from its beginning, page by page, on a connection of its own.
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
// A connection that fails ends the reading, and that is told.
@SuppressWarnings("FutureReturnValueIgnored")
final class FinalRead implements Link.Talker {
    private static final int PAGE = 1_000;
    private static final long BUSY_MILLIS = 100;
    private static final int CLIENT = -1;

    private final Party party;
    private final List<RoomId> rooms;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final Map<RoomId, Position> heads = new HashMap<>();
    private final List<Message> messages = new ArrayList<>();
    private @Nullable Link link;
    private int current;

    FinalRead(Party party, List<RoomId> rooms) {
        this.party = party;
        this.rooms = rooms;
    }

    /** Begins; the future says whether all could be read. */
    CompletableFuture<Boolean> begin(Bootstrap bootstrap, long connection) {
        InetSocketAddress address = party.server().get();
        if (address == null) {
            done.complete(false);
            return done;
        }
        Link opened = Link.watchful(connection, address.getHostString() + ":" + address.getPort(), this);
        link = opened;
        bootstrap.clone().handler(opened).connect(address).addListener((ChannelFutureListener) connected -> {
            if (!connected.isSuccess()) {
                done.complete(false);
            }
        });
        return done;
    }

    @Override
    public ByteBuf greeting() {
        Map<RoomId, @Nullable Position> all = new HashMap<>();
        rooms.forEach(room -> all.put(room, null));
        return Envelopes.connect(null, all);
    }

    @Override
    public void event(Link from, Event event) {
        if (event instanceof Event.Connected connected) {
            connected.rooms().forEach((room, state) -> heads.put(room, state.head()));
            ask(0);
        } else if (event instanceof Event.HistoryPage page) {
            page(page);
        } else if (event instanceof Event.Failed) {
            // A server that is busy, or that has just healed, may answer the next time.
            party.loop().schedule(() -> ask(reached()), BUSY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void breach(Link from, String what) {
        note(Kind.BREACH, rooms.get(Math.min(current, rooms.size() - 1)), "", 0, 0, "", what);
    }

    @Override
    public void closed(Link from, String reason) {
        done.complete(false);
    }

    private void page(Event.HistoryPage page) {
        RoomId room = rooms.get(current);
        messages.addAll(page.messages());
        if (page.more() && !page.messages().isEmpty()) {
            ask(reached());
            return;
        }
        for (Message message : messages) {
            String name = party.payloads().name(message.body().bytes());
            note(Kind.STORED, room, page.epoch(), message.seq(), message.at(), name, "");
        }
        Position head = heads.get(room);
        if (head != null && head.epoch().equals(page.epoch())) {
            note(Kind.LOG, room, page.epoch(), head.seq(), 0, "", "");
        } else {
            breach(link(), "the head and the history of " + room.value() + " are of different epochs");
        }
        messages.clear();
        current++;
        if (current < rooms.size()) {
            ask(0);
        } else {
            done.complete(true);
            link().cut("1000 the end");
        }
    }

    private long reached() {
        return messages.isEmpty() ? 0 : messages.get(messages.size() - 1).seq();
    }

    private void ask(long after) {
        if (current < rooms.size()) {
            link().send(Envelopes.after(current, rooms.get(current), after, PAGE));
        }
    }

    private Link link() {
        Link open = link;
        if (open == null) {
            throw new IllegalStateException("not begun");
        }
        return open;
    }

    private void note(Kind kind, RoomId room, String epoch, long seq, long at, String payload, String note) {
        long connection = link == null ? 0 : link.number();
        party.journal()
                .add(new Entry(
                        System.nanoTime(), kind, CLIENT, connection, room.value(), epoch, seq, at, payload, note));
    }
}
