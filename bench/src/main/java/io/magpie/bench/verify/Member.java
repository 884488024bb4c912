package io.magpie.bench.verify;

import io.magpie.bench.verify.Entry.Kind;
import io.magpie.bench.wire.Envelopes;
import io.magpie.bench.wire.Link;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client as an app would be: in one room, coming back with its position whenever its connection ends, and sending what
 * wasn't answered again with the same key. It writes down all that it does and sees.
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
// A connection that fails is tried again.
@SuppressWarnings("FutureReturnValueIgnored")
final class Member implements Link.Talker {
    /** Sends that may wait for their answer. */
    private static final int WINDOW = 48;

    private static final int PAGE = 20;
    private static final int REMEMBERED = 1_024;
    private static final int RETRY_MILLIS = 20;
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long READ_ID = 1L << 40;

    private final int number;
    private final RoomId room;
    private final Party party;
    private final Bootstrap bootstrap;
    private final AtomicLong connections;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private final Map<Long, String> answered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > REMEMBERED;
        }
    };
    private @Nullable Link link;
    private @Nullable Position position;
    private @Nullable String ticket;
    private String user = "";
    private boolean ready;
    private boolean reading;
    private boolean leaving;
    private long sent;
    private long acknowledged;
    private long highest;

    /** @param connections counts those of all clients */
    Member(int number, RoomId room, Party party, Bootstrap bootstrap, AtomicLong connections) {
        this.number = number;
        this.room = room;
        this.party = party;
        this.bootstrap = bootstrap;
        this.connections = connections;
    }

    RoomId room() {
        return room;
    }

    /** How far it is; null before it was in the room. */
    @Nullable
    Position position() {
        return position;
    }

    /** Whether it is in the room and all that it sent is answered. */
    boolean quiet() {
        return ready && pending.isEmpty();
    }

    long sent() {
        return sent;
    }

    /** How many of its messages were answered ok. */
    long acknowledged() {
        return acknowledged;
    }

    /** The highest seq of an ok in the epoch it is in. */
    long highest() {
        return highest;
    }

    /** Whether a message can be sent now. */
    boolean mayPublish() {
        return ready && pending.size() < WINDOW && link != null && link.writable();
    }

    /** Connects, as often as it takes. */
    void connect() {
        InetSocketAddress address = party.server().get();
        if (leaving) {
            return;
        }
        if (address == null) {
            party.loop().schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        String host = address.getHostString() + ":" + address.getPort();
        Link next = Link.watchful(connections.incrementAndGet(), host, this);
        ChannelFuture connecting = bootstrap.clone().handler(next).connect(address);
        connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                retry();
            }
        });
    }

    /** Sends its next message. */
    void publish() {
        long id = ++sent;
        Pending next = new Pending(id, Payloads.name(number, id), 0, 0);
        pending.put(id, next);
        transmit(next);
    }

    /** Asks for the newest page of the room, if it isn't waiting for one. */
    void read() {
        Link open = link;
        if (open != null && ready && !reading && open.writable()) {
            reading = true;
            note(open, Kind.READ, "", 0, 0, "", "");
            open.send(Envelopes.newest(READ_ID, room, PAGE));
        }
    }

    /** Sends again what should have been answered by now. */
    void tick(long nowNanos) {
        if (ready) {
            for (Pending one : pending.values().toArray(Pending[]::new)) {
                if (nowNanos - one.dueNanos() >= 0) {
                    transmit(one);
                }
            }
        }
    }

    /** Reads, or leaves what comes in the socket. */
    void reading(boolean on) {
        if (link != null) {
            link.reading(on);
        }
    }

    /** Ends it; what happens from now on isn't written down. */
    void leave() {
        leaving = true;
        ready = false;
        if (link != null) {
            link.cut("1000 the end");
        }
    }

    @Override
    public ByteBuf greeting() {
        return Envelopes.connect(ticket, Collections.singletonMap(room, position));
    }

    @Override
    public void event(Link from, Event event) {
        if (leaving) {
            return;
        }
        if (event instanceof Event.Delivered delivered) {
            delivered(from, delivered.message());
        } else if (event instanceof Event.Accepted accepted) {
            accepted(from, accepted);
        } else if (event instanceof Event.Failed failed) {
            failed(from, failed);
        } else if (event instanceof Event.Connected connected) {
            connected(from, connected);
        } else if (event instanceof Event.Gap gap) {
            gap(from, gap);
        } else if (event instanceof Event.HistoryPage page) {
            page(from, page);
        }
    }

    @Override
    public void breach(Link from, String what) {
        if (!leaving) {
            note(from, Kind.BREACH, "", 0, 0, "", what);
        }
    }

    @Override
    public void closed(Link from, String reason) {
        if (leaving) {
            return;
        }
        if (link == from) {
            note(from, Kind.CLOSED, "", 0, 0, "", reason);
            link = null;
            ready = false;
            reading = false;
        }
        retry();
    }

    private void retry() {
        party.loop().schedule(this::connect, party.random().nextInt(1, RETRY_MILLIS), TimeUnit.MILLISECONDS);
    }

    private void connected(Link from, Event.Connected connected) {
        Event.RoomState state = connected.rooms().get(room);
        if (state == null) {
            from.cut("1006 not let into the room");
            return;
        }
        link = from;
        ready = true;
        String name = connected.user().id().value();
        note(from, Kind.CONNECTED, "", 0, 0, "", name);
        Event.Unrecovered reason = state.reason();
        String how = position == null ? Entry.FRESH : Entry.RECOVERED;
        if (!state.recovered()) {
            how = reason == null ? "" : reason.name().toLowerCase(Locale.ROOT);
        }
        note(from, Kind.ENTERED, state.head().epoch(), state.head().seq(), 0, "", how);
        if (position == null || !state.recovered()) {
            position = state.head();
            highest = 0;
        }
        if (!name.equals(user)) {
            // Another user's keys: to send again would be to say it twice.
            pending.values().forEach(one -> note(from, Kind.UNKNOWN, "", 0, 0, one.name(), ""));
            pending.clear();
        }
        user = name;
        ticket = connected.resume();
        for (Pending one : pending.values().toArray(Pending[]::new)) {
            transmit(one);
        }
    }

    private void delivered(Link from, Message message) {
        Position before = position;
        if (before == null) {
            breach(from, "a message came before the answer to connect");
            return;
        }
        String name = party.payloads().name(message.body().bytes());
        note(from, Kind.DELIVERED, before.epoch(), message.seq(), message.at(), name, "");
        position = new Position(before.epoch(), Math.max(before.seq(), message.seq()), message.at());
    }

    private void gap(Link from, Event.Gap gap) {
        Position before = position;
        note(from, Kind.GAP, "", gap.from(), gap.to(), "", gap.reason().name().toLowerCase(Locale.ROOT));
        if (before != null && gap.to() > before.seq()) {
            position = new Position(before.epoch(), gap.to(), Position.NO_TIME);
        }
    }

    private void accepted(Link from, Event.Accepted accepted) {
        long id = accepted.id() instanceof RequestId.Number idNumber ? idNumber.value() : 0;
        Pending one = pending.get(id);
        String name = one == null ? answered.get(id) : one.name();
        if (name == null) {
            breach(from, "an ok came that answers nothing");
            return;
        }
        boolean eaten = one != null && party.eats();
        Position at = accepted.position();
        String how = (accepted.duplicate() ? Entry.DUPLICATE + " " : "") + (eaten ? Entry.EATEN : "");
        note(from, Kind.OK, at.epoch(), at.seq(), at.at(), name, how.strip());
        if (one != null && !eaten) {
            pending.remove(id);
            answered.put(id, name);
            acknowledged++;
            boolean sameLog = position != null && position.epoch().equals(at.epoch());
            highest = sameLog ? Math.max(highest, at.seq()) : highest;
        }
    }

    private void failed(Link from, Event.Failed failed) {
        long id = failed.id() instanceof RequestId.Number idNumber ? idNumber.value() : 0;
        Pending one = pending.get(id);
        if (id == READ_ID) {
            reading = false;
        } else if (one != null) {
            note(from, Kind.REFUSED, "", 0, 0, one.name(), failed.code().wireName());
            if (failed.code().retryable()) {
                pending.put(id, one.later(System.nanoTime() + BUSY_NANOS));
            } else {
                pending.remove(id);
            }
        }
    }

    private void page(Link from, Event.HistoryPage page) {
        reading = false;
        long last = 0;
        for (Message message : page.messages()) {
            last = message.seq();
            String name = party.payloads().name(message.body().bytes());
            note(from, Kind.PAGED, page.epoch(), last, message.at(), name, "");
        }
        note(from, Kind.PAGE, page.epoch(), last, 0, "", "");
    }

    private void transmit(Pending one) {
        Link open = link;
        if (open == null || !open.writable()) {
            return;
        }
        long due = System.nanoTime() + party.plan().load().ackTimeout().toNanos();
        Pending again = one.again(due);
        pending.put(one.id(), again);
        note(open, Kind.SEND, "", again.attempts(), 0, one.name(), "");
        open.send(Envelopes.send(one.id(), room, one.name(), party.payloads().body(one.name())));
    }

    private void note(Link on, Kind kind, String epoch, long seq, long at, String payload, String note) {
        party.journal()
                .add(new Entry(
                        System.nanoTime(), kind, number, on.number(), room.value(), epoch, seq, at, payload, note));
    }
}
