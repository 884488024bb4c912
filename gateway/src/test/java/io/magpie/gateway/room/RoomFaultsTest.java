package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** One fault costs nobody else anything. */
class RoomFaultsTest {
    private static final RoomId ROOM = new RoomId("hall");

    @Test
    void servesOtherRoomsWhenOneFails() {
        RoomRig rig = new RoomRig(1, RoomRig.DEFAULTS, () -> new FailingEngine(new RoomId("bad")));
        RoomId bad = new RoomId("bad");
        TestMember lin = rig.joined("lin", ROOM);
        TestMember poor = rig.joined("poor", bad);

        rig.on(lin, () -> {
            poor.publish(bad, "x");
            lin.publish(ROOM, "1");
        });
        rig.settle();
        rig.on(lin, () -> {
            poor.publish(bad, "y");
            lin.publish(ROOM, "2");
        });
        rig.settle();

        assertThat(lin.takeTexts()).containsExactly("1", "2");
        assertThat(poor.takeAppended())
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Appended.Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INTERNAL)));
    }

    @Test
    void tellsEverybodyWhoWaitsThatARoomCanNotBeOpened() {
        List<Consumer<Refusal>> asked = new ArrayList<>();
        RoomRig rig = new RoomRig(1, RoomRig.DEFAULTS, () -> new UnreadableEngine(asked));
        TestMember first = rig.member("first", 0);
        TestMember gone = rig.member("gone", 0);
        TestMember last = rig.member("last", 0);
        rig.on(first, () -> first.join(ROOM));
        rig.on(gone, () -> gone.join(ROOM));
        rig.on(gone, gone::leave);
        rig.on(last, () -> last.join(ROOM));
        rig.settle();

        rig.on(first, () -> {
            first.publish(ROOM, "x");
            asked.get(0).accept(new Refusal(ErrorCode.BUSY, "planted by the test"));
        });
        rig.settle();

        assertThat(List.of(first, last))
                .allSatisfy(member -> assertThat(member.takeOutcomes())
                        .singleElement()
                        .isInstanceOfSatisfying(
                                JoinOutcome.Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY)));
        assertThat(first.takeAppended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Appended.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY));
    }

    /** An engine that opens no room before the test says so. */
    private record UnreadableEngine(List<Consumer<Refusal>> asked) implements Engine {
        @Override
        public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
            asked.add(refused);
        }

        @Override
        public void unsubscribe(RoomId room) {}

        @Override
        public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
            throw new IllegalStateException("room isn't subscribed");
        }

        @Override
        public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
            throw new IllegalStateException("room isn't subscribed");
        }

        @Override
        public void close() {}
    }

    @Test
    void deliversEvenIfAPublisherCannotTakeItsAnswer() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember faulty = rig.joined("faulty", ROOM);
        faulty.fail();

        rig.on(lin, () -> {
            lin.publish(ROOM, "1");
            faulty.publish(ROOM, "2");
            lin.publish(ROOM, "3");
        });
        rig.settle();
        rig.on(lin, () -> lin.publish(ROOM, "4"));
        rig.settle();

        assertThat(lin.takeTexts()).containsExactly("1", "2", "3", "4");
        assertThat(lin.takeAppended()).hasSize(3);
    }

    @Test
    void deliversToAllOthersWhatOneEncodingCannotSay() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember cbor = new TestMember(
                "cbor",
                rig.rooms,
                new FakeConnection("cbor", FrameFormat.CBOR, rig.loops.get(0).delivery()));
        rig.on(cbor, () -> cbor.join(ROOM));
        rig.settle();
        String deep = "[".repeat(20) + "]".repeat(20);
        Draft draft = new Draft(lin.sender(), null, null, new Body.Json(deep.getBytes(StandardCharsets.UTF_8)), 0);

        rig.on(lin, () -> {
            lin.publish(ROOM, "1");
            rig.rooms.publish(ROOM, new Publication(draft, null, lin));
            lin.publish(ROOM, "3");
        });
        rig.settle();

        assertThat(lin.connection().takeFrames())
                .singleElement()
                .extracting(FakeConnection.Frame::text)
                .asString()
                .contains("\"data\":\"1\"", "\"data\":" + deep, "\"data\":\"3\"")
                .doesNotContain("gap");
        List<Event> told = cbor.connection().takeEvents();
        assertThat(told).hasSize(3);
        assertThat(told.get(1)).isEqualTo(new Event.Gap(ROOM, 2, 2, Event.GapReason.SHED));
        assertThat(((Event.Delivered) told.get(2)).message().seq()).isEqualTo(3);
    }

    @Test
    void closesAMemberThatCannotBeWrittenTo() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember broken = rig.joined("broken", ROOM);
        broken.connection().fail();

        rig.on(lin, () -> lin.publish(ROOM, "1"));
        rig.settle();

        assertThat(lin.takeTexts()).containsExactly("1");
        assertThat(broken.connection().open()).isFalse();
    }

    @Test
    void opensNoRoomForSomebodyWhoLeavesAfterTheEnd() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        rig.on(lin, rig.rooms::close);
        rig.settle();
        double rooms = rig.gauge("magpie.rooms");

        rig.on(lin, lin::leave);
        rig.settle();

        assertThat(rig.gauge("magpie.rooms")).isEqualTo(rooms);
    }
}
