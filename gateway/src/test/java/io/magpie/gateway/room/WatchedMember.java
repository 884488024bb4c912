package io.magpie.gateway.room;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.protocol.Body;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A member of one room that checks all it sees: seqs follow each other from where it came in, across leaving and
 * returning. Lives on its loop; what it has to say goes to the ledger.
 */
final class WatchedMember implements Publisher, Connection {
    private static final EventReader READER = new EventReader(Encoding.JSON);

    private final String name;
    private final RoomId room;
    private final RoomShards rooms;
    private final DeliveryLoop loop;
    private final Ledger ledger;
    private Optional<Membership> membership = Optional.empty();
    private Optional<Position> last = Optional.empty();
    private Optional<Position> hidden = Optional.empty();
    private boolean live;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean slow;
    private int sent;
    private int answered;

    WatchedMember(String name, RoomId room, RoomShards rooms, DeliveryLoop loop, Ledger ledger) {
        this.name = name;
        this.room = room;
        this.rooms = rooms;
        this.loop = loop;
        this.ledger = ledger;
    }

    RoomId room() {
        return room;
    }

    /** Comes in, from where it was if it was in before and wants that. */
    void join(boolean resume) {
        if (membership.isPresent()) {
            return;
        }
        Membership member = new Membership(room, this, new Sender(new UserId(name), null));
        membership = Optional.of(member);
        Position since = resume ? last.orElse(null) : null;
        int history = resume ? 0 : 3;
        rooms.join(member, new JoinRequest(since, history), outcome -> joined(member, since, outcome));
    }

    void leave() {
        if (membership.isPresent()) {
            Membership member = membership.get();
            membership = Optional.empty();
            hidden = Optional.empty();
            live = false;
            member.stop();
            rooms.leave(member, () -> {});
        }
    }

    /** Stops delivery but stays a member. What its room's list takes it to have is what it has seen. */
    void hide() {
        if (live) {
            Membership member = membership.orElseThrow();
            Position seen = last.orElseThrow();
            Position known = member.position();
            if (known == null || known.seq() != seen.seq() || !known.epoch().equals(seen.epoch())) {
                ledger.fault(name + " has seen " + seen + " and is taken to have " + known);
            }
            hidden = Optional.ofNullable(known);
            live = false;
            member.stop();
        }
    }

    /** Goes on from where it was when it hid. The room answers one of several, so nothing begins until later. */
    void show() {
        if (hidden.isPresent()) {
            Position since = hidden.get();
            hidden = Optional.empty();
            Membership member = membership.orElseThrow();
            rooms.join(
                    member,
                    new JoinRequest(since, 0),
                    outcome -> loop.post(() -> loop.post(() -> shown(member, since, (JoinOutcome.Entered) outcome))));
        }
    }

    /** Takes the first half of what it missed at once and is fed the rest. */
    private void shown(Membership member, Position since, JoinOutcome.Entered entered) {
        if (membership.filter(m -> m == member).isEmpty()) {
            return;
        }
        Position head = entered.state().head();
        boolean recovered = entered.state().recovered();
        if (entered.gap() != null && entered.gap().from() != since.seq() + 1) {
            ledger.fault(name + " was told of " + entered.gap() + " after " + since);
        }
        last = Optional.of(recovered ? since : head);
        List<Message> missed = entered.missed();
        missed.subList(0, (missed.size() + 1) / 2).forEach(this::see);
        live = true;
        entered.admit(member, recovered, last.orElseThrow().seq());
    }

    void publish() {
        String text = name + "-" + ++sent;
        Body body = new Body.Json(('"' + text + '"').getBytes(StandardCharsets.UTF_8));
        Draft draft = new Draft(new Sender(new UserId(name), null), text, null, body, System.nanoTime());
        rooms.publish(room, new Publication(draft, null, this));
    }

    /** Where it is, if it is in. */
    Optional<Position> position() {
        return live ? last : Optional.empty();
    }

    boolean isIn() {
        return membership.isPresent();
    }

    boolean allAnswered() {
        return sent == answered;
    }

    private void joined(Membership member, Position since, JoinOutcome outcome) {
        if (membership.filter(m -> m == member).isEmpty()) {
            return;
        }
        JoinOutcome.Entered entered = (JoinOutcome.Entered) outcome;
        Position head = entered.state().head();
        long next = head.seq() + 1;
        if (since != null && entered.state().recovered()) {
            next = since.seq() + 1;
        } else if (!entered.missed().isEmpty()) {
            next = entered.missed().get(0).seq();
        }
        if (since != null && entered.gap() != null && entered.gap().from() != since.seq() + 1) {
            ledger.fault(name + " was told of " + entered.gap() + " after " + since);
        }
        last = Optional.of(new Position(head.epoch(), next - 1, Position.NO_TIME));
        entered.missed().forEach(this::see);
        live = true;
        entered.admit(member, since != null && entered.state().recovered());
    }

    private void see(Message message) {
        Position before = last.orElseThrow();
        if (message.seq() != before.seq() + 1) {
            ledger.fault(name + " in " + room + " saw " + message.seq() + " after " + before.seq());
        }
        ledger.saw(name, before.epoch(), message);
        last = Optional.of(new Position(before.epoch(), message.seq(), message.at()));
    }

    @Override
    public void onAppended(RoomId to, RequestId id, Appended outcome) {
        if (!loop.inLoop()) {
            ledger.fault(name + " was answered outside its loop");
        }
        if (!(outcome instanceof Appended.Stored stored) || stored.duplicate()) {
            ledger.fault(name + " was answered " + outcome);
        }
        answered++;
    }

    @Override
    public Outcome deliver(ByteBuf frames) {
        if (!loop.inLoop()) {
            ledger.fault(name + " was written to outside its loop");
        }
        if (!live) {
            ledger.fault(name + " was written to while it was out");
        }
        if (slow) {
            return Outcome.BEHIND;
        }
        take(frames);
        return Outcome.WRITTEN;
    }

    @Override
    public boolean writable() {
        return !slow;
    }

    @Override
    public void whenWritable(Runnable task) {
        if (slow) {
            waiting.add(task);
        } else {
            loop.post(task);
        }
    }

    /** Stops reading, or goes on. */
    void slow(boolean isSlow) {
        slow = isSlow;
        if (!slow) {
            waiting.forEach(loop::post);
            waiting.clear();
        }
    }

    private void take(ByteBuf frames) {
        ByteBuf in = frames.duplicate();
        in.skipBytes(1);
        int length = in.readUnsignedByte();
        in.skipBytes(length == 126 ? 2 : length == 127 ? 8 : 0);
        for (Event event : READER.read(in)) {
            if (event instanceof Event.Gap gap) {
                skip(gap);
            } else {
                see(((Event.Delivered) event).message());
            }
        }
    }

    private void skip(Event.Gap gap) {
        Position before = last.orElseThrow();
        if (gap.from() != before.seq() + 1) {
            ledger.fault(name + " was told of " + gap + " after " + before.seq());
        }
        last = Optional.of(new Position(before.epoch(), gap.to(), Position.NO_TIME));
    }

    @Override
    public DeliveryLoop loop() {
        return loop;
    }

    @Override
    public String id() {
        return name;
    }

    @Override
    public FrameFormat format() {
        return FrameFormat.JSON;
    }

    @Override
    public boolean open() {
        return true;
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public void activate() {
        // Nothing depends on it here.
    }

    @Override
    public void send(ByteBuf frames) {
        if (!live) {
            ledger.fault(name + " was fed while it was out");
        }
        take(frames);
        frames.release();
    }

    @Override
    public void close(CloseCode code, String reason) {
        ledger.fault(name + " was closed: " + reason);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        throw new UnsupportedOperationException();
    }
}
