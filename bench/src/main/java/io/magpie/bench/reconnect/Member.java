package io.magpie.bench.reconnect;

import io.magpie.bench.wire.Envelopes;
import io.magpie.bench.wire.Link;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client as an app would be: in one room, and coming back with its ticket and its position whenever its connection ends.
 * If it was told to go, it goes elsewhere at once; if it is refused, it tries again after a time that it draws, from 0 to a
 * bound that doubles from 1 s to 30 s (docs/protocol.md).
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
// A connection that fails is tried again; tasks on the loop report for themselves.
@SuppressWarnings("FutureReturnValueIgnored")
final class Member implements Link.Talker {
    private static final String RESTART = "1012 ";
    private static final String PATIENCE_ENDED = "1006 no answer within 10 s";
    private static final long PATIENCE_SECONDS = 10;
    private static final long FIRST_BACK_OFF_MILLIS = 1_000;
    private static final long LAST_BACK_OFF_MILLIS = 30_000;
    private static final int DOUBLINGS = 5;

    private final int number;
    private final RoomId room;
    private final Party party;
    private final Map<Long, Sent> pending = new HashMap<>();
    private int site;
    private @Nullable Link link;
    private @Nullable Link trying;
    private @Nullable Position position;
    private @Nullable String ticket;
    private @Nullable Long slotNanos;
    private @Nullable Long lostNanos;
    private int failures;
    private boolean resets;
    private boolean leaving;

    /** @param site where it begins: its place in the party's list */
    Member(int number, RoomId room, Party party, int site) {
        this.number = number;
        this.room = room;
        this.party = party;
        this.site = site;
    }

    /** Whether it is in its room, and wasn't told to lose its connection. */
    boolean connected() {
        return link != null && !resets;
    }

    /** Where it is, or where it goes: the place in the party's list. */
    int site() {
        return site;
    }

    /** Sends that aren't answered yet. */
    int pending() {
        return pending.size();
    }

    /** Whether it lacks something that was answered ok where it is. */
    boolean behind() {
        return party.book().lacks(room, position);
    }

    /** Whether a message can be sent now. */
    boolean mayPublish() {
        return link != null && link.writable();
    }

    /** Connects, as often as it takes. */
    void connect() {
        if (leaving) {
            return;
        }
        party.book().window().attempted(System.nanoTime());
        InetSocketAddress address = destination();
        if (address == null) {
            retry("there is no server");
            return;
        }
        String host = address.getHostString() + ":" + address.getPort();
        Link next = Link.patient(party.connections().incrementAndGet(), host, this);
        trying = next;
        party.bootstrap().clone().handler(next).connect(address).addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess() && trying == next) {
                trying = null;
                retry(String.valueOf(done.cause().getMessage()));
            }
        });
        party.loop().schedule(() -> giveUp(next), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends a message that should be sent at {@code intended}. */
    void publish(int message, long intended) {
        Link open = link;
        if (open != null) {
            Window window = party.book().window();
            window.sent(intended, System.nanoTime());
            pending.put((long) message, new Sent(message, intended, window));
            byte[] body = party.text().getBytes(StandardCharsets.US_ASCII);
            open.send(Envelopes.send(message, room, Book.key(message), body));
        }
    }

    /** Loses its connection without a word, and comes back at once. */
    void reset() {
        if (link != null) {
            resets = true;
            link.cut("1006 reset by the client");
        }
    }

    /** Ends it; what happens from now on isn't booked. */
    void leave() {
        leaving = true;
        if (link != null) {
            link.cut("1000 the end");
        }
        if (trying != null) {
            trying.cut("1000 the end");
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
            delivered(delivered.message());
        } else if (event instanceof Event.Accepted accepted) {
            accepted(accepted);
        } else if (event instanceof Event.Failed failed) {
            failed(failed);
        } else if (event instanceof Event.Connected connected) {
            connected(from, connected);
        } else if (event instanceof Event.Gap gap) {
            gap(gap);
        } else if (event instanceof Event.Reconnect announced) {
            slotNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(announced.after());
        }
    }

    @Override
    public void breach(Link from, String what) {
        party.book().wrong(this + ": " + what);
    }

    @Override
    public void closed(Link from, String reason) {
        if (leaving) {
            return;
        }
        if (link == from) {
            link = null;
            lost(reason);
        } else if (trying == from) {
            trying = null;
            retry(reason);
        }
    }

    @Override
    public String toString() {
        return "client " + number;
    }

    private void lost(String reason) {
        Window window = party.book().window();
        long now = System.nanoTime();
        lostNanos = now;
        pending.values().forEach(one -> one.window().unknown(1));
        pending.clear();
        boolean restart = reason.startsWith(RESTART);
        if (restart) {
            letGo(window, now);
        }
        if (!resets) {
            window.closed(reason);
        }
        boolean atOnce = restart || resets;
        resets = false;
        if (atOnce) {
            connect();
        } else {
            backOff();
        }
    }

    /** The server has closed the connection because it goes. */
    private void letGo(Window window, long now) {
        Long slot = slotNanos;
        slotNanos = null;
        if (slot == null) {
            window.untold();
        } else {
            window.told(now - slot);
        }
        site = next(site);
    }

    private void retry(String reason) {
        if (!leaving) {
            party.book().window().refused(reason);
            backOff();
        }
    }

    private void backOff() {
        long bound = Math.min(FIRST_BACK_OFF_MILLIS << Math.min(failures, DOUBLINGS), LAST_BACK_OFF_MILLIS);
        failures++;
        party.loop().schedule(this::connect, party.random().nextLong(bound), TimeUnit.MILLISECONDS);
    }

    private void giveUp(Link attempt) {
        if (trying == attempt) {
            attempt.cut(PATIENCE_ENDED);
        }
    }

    /** Where it wants to be, or, while nobody listens there, where somebody does; null if nobody does anywhere. */
    private @Nullable InetSocketAddress destination() {
        for (int i = 0; i < party.sites().size(); i++) {
            InetSocketAddress address = party.sites().get(site).address();
            if (address != null) {
                return address;
            }
            site = next(site);
        }
        return null;
    }

    private int next(int current) {
        return (current + 1) % party.sites().size();
    }

    private void connected(Link from, Event.Connected connected) {
        Event.RoomState state = connected.rooms().get(room);
        if (state == null) {
            from.cut("1006 not let into the room");
            return;
        }
        link = from;
        trying = null;
        failures = 0;
        slotNanos = null;
        ticket = connected.resume();
        boolean whole = position != null && state.recovered();
        if (lostNanos != null) {
            party.book().window().returned(lostNanos, System.nanoTime(), whole);
            lostNanos = null;
        }
        if (!whole) {
            position = state.head();
        }
    }

    private void delivered(Message message) {
        Position before = position;
        if (before == null) {
            party.book().wrong(this + ": a message came before the answer to connect");
            return;
        }
        long seq = message.seq();
        if (seq <= before.seq()) {
            party.book().repeated(this + ": seq " + seq + " came again or too late");
            return;
        }
        if (seq > before.seq() + 1) {
            party.book().skipped(seq - before.seq() - 1, this + ": seq " + seq + " came after " + before.seq());
        }
        position = new Position(before.epoch(), seq, message.at());
        party.book().seen(message.key());
    }

    private void gap(Event.Gap gap) {
        Position before = position;
        party.book().gap(this + ": gap from " + gap.from() + " to " + gap.to());
        if (before != null && gap.to() > before.seq()) {
            position = new Position(before.epoch(), gap.to(), Position.NO_TIME);
        }
    }

    private void accepted(Event.Accepted accepted) {
        Sent one = taken(accepted.id());
        if (one == null) {
            party.book().wrong(this + ": an ok came that answers nothing");
            return;
        }
        one.window().accepted(one.intended(), System.nanoTime());
        party.book().acknowledged(one.number(), room, accepted.position());
    }

    private void failed(Event.Failed failed) {
        Sent one = taken(failed.id());
        Window window = one == null ? party.book().window() : one.window();
        window.failed(failed.code().wireName());
    }

    private @Nullable Sent taken(@Nullable RequestId id) {
        return id instanceof RequestId.Number numbered ? pending.remove(numbered.value()) : null;
    }
}
