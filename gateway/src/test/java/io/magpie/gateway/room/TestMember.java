package io.magpie.gateway.room;

import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.delivery.Membership;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Does to rooms what a session does, no more. Used on its loop. */
final class TestMember implements Publisher {
    private final RoomShards rooms;
    private final FakeConnection connection;
    private final Sender sender;
    private final List<JoinOutcome> outcomes = new ArrayList<>();
    private final List<Appended> appended = new ArrayList<>();
    private Optional<Membership> membership = Optional.empty();
    private boolean failing;

    TestMember(String name, RoomShards rooms, FakeConnection connection) {
        this.rooms = rooms;
        this.connection = connection;
        this.sender = new Sender(new UserId(name), null);
    }

    FakeConnection connection() {
        return connection;
    }

    Sender sender() {
        return sender;
    }

    Membership membership() {
        return membership.orElseThrow();
    }

    void join(RoomId room) {
        join(room, new JoinRequest(null, 0));
    }

    void join(RoomId room, Position since) {
        join(room, new JoinRequest(since, 0));
    }

    void join(RoomId room, JoinRequest request) {
        Membership member = membership.orElseGet(() -> new Membership(room, connection, sender));
        membership = Optional.of(member);
        rooms.join(member, request, outcome -> {
            outcomes.add(outcome);
            if (outcome instanceof JoinOutcome.Entered entered && isCurrent(member)) {
                entered.admit(member, request.since() != null && entered.state().recovered());
            }
        });
    }

    void leave() {
        Membership member = membership();
        membership = Optional.empty();
        member.stop();
        rooms.leave(member, () -> {});
    }

    void publish(RoomId room, String text) {
        publish(room, null, text);
    }

    void publish(RoomId room, String key, String text) {
        Body body = new Body.Json(('"' + text + '"').getBytes(StandardCharsets.UTF_8));
        rooms.publish(room, new Publication(new Draft(sender, key, null, body, 0), null, this));
    }

    /** From now on this publisher can't take an answer. */
    void fail() {
        failing = true;
    }

    @Override
    public DeliveryLoop loop() {
        return connection.loop();
    }

    @Override
    public void onAppended(RoomId room, RequestId id, Appended outcome) {
        if (!loop().inLoop()) {
            throw new AssertionError("answered outside its loop");
        }
        if (failing) {
            throw new IllegalStateException("planted fault");
        }
        appended.add(outcome);
    }

    /** What rooms answered since the last call. */
    List<JoinOutcome> takeOutcomes() {
        List<JoinOutcome> taken = List.copyOf(outcomes);
        outcomes.clear();
        return taken;
    }

    /** The last answer, which must be that it is in. */
    JoinOutcome.Entered entered() {
        return (JoinOutcome.Entered) outcomes.get(outcomes.size() - 1);
    }

    /** What became of publications since the last call. */
    List<Appended> takeAppended() {
        List<Appended> taken = List.copyOf(appended);
        appended.clear();
        return taken;
    }

    /** The texts of the messages that came live since the last call. */
    List<String> takeTexts() {
        return connection.takeEvents().stream().map(TestMember::text).toList();
    }

    static String text(Event event) {
        return text(((Event.Delivered) event).message());
    }

    static String text(Message message) {
        String json = new String(message.body().bytes(), StandardCharsets.UTF_8);
        return json.substring(1, json.length() - 1);
    }

    private boolean isCurrent(Membership member) {
        return membership.filter(m -> m == member).isPresent();
    }
}
