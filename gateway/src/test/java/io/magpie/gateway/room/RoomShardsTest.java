package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Appended;
import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said in rooms, and who hears it. */
class RoomShardsTest {
    private static final RoomId ROOM = new RoomId("hall");

    @Test
    void sendsWhatIsSaidInOneTurnAsOneFrame() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember wei = rig.joined("wei", ROOM);

        rig.on(lin, () -> {
            lin.publish(ROOM, "1");
            lin.publish(ROOM, "2");
            wei.publish(ROOM, "3");
        });
        assertThat(wei.connection().takeWrites()).isEmpty();
        rig.settle();

        for (TestMember member : List.of(lin, wei)) {
            List<List<FakeConnection.Frame>> writes = member.connection().takeWrites();
            assertThat(writes).hasSize(1);
            assertThat(writes.get(0)).hasSize(1);
            assertThat(writes.get(0).get(0).text()).startsWith("[{").contains("\"1\"", "\"2\"", "\"3\"");
        }
    }

    @Test
    void gathersWhatOtherLoopsPostedBeforeTheTurn() {
        RoomRig rig = new RoomRig(3, RoomRig.DEFAULTS, RoomRig.localEngine(RoomRig.DEFAULTS));
        RoomId room = rig.roomOn(0);
        TestMember reader = rig.joined("reader", room);
        TestMember one = rig.member("one", 1);
        TestMember two = rig.member("two", 2);

        rig.on(one, () -> one.publish(room, "1"));
        rig.on(two, () -> two.publish(room, "2"));
        rig.on(one, () -> one.publish(room, "3"));
        rig.settle();

        assertThat(reader.connection().takeWrites()).hasSize(1).allMatch(frames -> frames.size() == 1);
    }

    @Test
    void holdsNoLoneMessage() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);

        rig.on(lin, () -> lin.publish(ROOM, "hello"));
        rig.settle();

        List<FakeConnection.Frame> frames = lin.connection().takeFrames();
        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).text()).startsWith("{\"type\":\"message\"");
    }

    @Test
    void waitsForTheBatchIntervalWhereThereIsOne() {
        GatewayConfig.Outbound d = GatewayConfig.DEFAULTS.outbound();
        GatewayConfig config = RoomRig.with(
                GatewayConfig.DEFAULTS.history(),
                new GatewayConfig.Outbound(
                        d.highWaterMark(),
                        d.lowWaterMark(),
                        d.maxBytes(),
                        d.stallTimeout(),
                        d.kernelUnsent(),
                        Duration.ofMillis(50)));
        RoomRig rig = new RoomRig(1, config, RoomRig.localEngine(config));
        TestMember lin = rig.joined("lin", ROOM);

        rig.on(lin, () -> lin.publish(ROOM, "1"));
        rig.loops.get(0).advance(Duration.ofMillis(40));
        rig.on(lin, () -> lin.publish(ROOM, "2"));
        rig.settle();
        assertThat(lin.connection().takeWrites()).isEmpty();
        rig.loops.get(0).advance(Duration.ofMillis(10));

        assertThat(lin.connection().takeWrites()).hasSize(1);
        rig.on(lin, () -> lin.publish(ROOM, "3"));
        rig.loops.get(0).advance(Duration.ofMillis(50));
        assertThat(lin.takeTexts()).containsExactly("3");
    }

    @Test
    void handsOverAFullBatchWithinTheTurn() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);

        rig.on(lin, () -> {
            for (int i = 0; i < Room.MAX_BATCH_MESSAGES + 3; i++) {
                lin.publish(ROOM, Integer.toString(i));
            }
            assertThat(lin.connection().takeEvents()).hasSize(Room.MAX_BATCH_MESSAGES);
        });
        rig.settle();

        assertThat(lin.takeTexts()).containsExactly("512", "513", "514");
    }

    @Test
    void handsOverALargeBatchWithinTheTurn() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        String large = "x".repeat(Room.MAX_BATCH_BYTES / 4);

        rig.on(lin, () -> {
            for (int i = 0; i < 5; i++) {
                lin.publish(ROOM, large);
            }
            assertThat(lin.connection().takeEvents()).hasSize(4);
        });
        rig.settle();

        assertThat(lin.takeTexts()).hasSize(1);
    }

    @Test
    void keepsTheOrderOfEachRoom() {
        RoomRig rig = new RoomRig();
        RoomId other = new RoomId("other");
        TestMember here = rig.joined("here", ROOM);
        TestMember there = rig.joined("there", other);

        rig.on(here, () -> {
            for (int i = 0; i < 10; i++) {
                here.publish(i % 2 == 0 ? ROOM : other, Integer.toString(i));
            }
        });
        rig.settle();
        rig.on(here, () -> here.publish(other, "last"));
        rig.settle();

        assertThat(here.takeTexts()).containsExactly("0", "2", "4", "6", "8");
        assertThat(there.takeTexts()).containsExactly("1", "3", "5", "7", "9", "last");
    }

    @Test
    void servesEveryEncodingInTheRoom() {
        RoomRig rig = new RoomRig();
        TestMember json = rig.joined("json", ROOM);
        TestMember cbor = new TestMember(
                "cbor",
                rig.rooms,
                new FakeConnection("cbor", FrameFormat.CBOR, rig.loops.get(0).delivery()));
        TestMember plain = new TestMember(
                "plain",
                rig.rooms,
                new FakeConnection("plain", FrameFormat.PLAIN, rig.loops.get(0).delivery()));
        rig.on(cbor, () -> cbor.join(ROOM));
        rig.on(plain, () -> plain.join(ROOM));
        rig.settle();

        rig.on(json, () -> {
            json.publish(ROOM, "1");
            json.publish(ROOM, "2");
        });
        rig.settle();

        assertThat(json.takeTexts()).containsExactly("1", "2");
        assertThat(cbor.connection().takeEvents()).hasSize(2);
        List<List<FakeConnection.Frame>> writes = plain.connection().takeWrites();
        assertThat(writes).hasSize(1);
        assertThat(writes.get(0)).extracting(FakeConnection.Frame::text).containsExactly("1", "2");
    }

    @Test
    void answersPublishersOnTheirLoops() {
        RoomRig rig = new RoomRig(2, RoomRig.DEFAULTS, RoomRig.localEngine(RoomRig.DEFAULTS));
        RoomId room = rig.roomOn(0);
        TestMember near = rig.member("near", 0);
        TestMember far = rig.member("far", 1);

        rig.on(far, () -> {
            far.publish(room, "1");
            far.publish(room, "2");
        });
        rig.on(near, () -> near.publish(room, "3"));
        rig.loops.get(0).settle();

        // The near one published at once, the far one's work waited in the queue.
        assertThat(near.takeAppended()).extracting(RoomShardsTest::seq).containsExactly(1L);
        assertThat(far.takeAppended()).isEmpty();
        // All answers for one publisher come as one task.
        assertThat(rig.loops.get(1).step()).isTrue();
        assertThat(far.takeAppended()).extracting(RoomShardsTest::seq).containsExactly(2L, 3L);
        assertThat(rig.loops.get(1).step()).isFalse();
    }

    @Test
    void tellsThePublisherWhatItsMessageBecame() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);

        rig.on(lin, () -> {
            lin.publish(ROOM, "k", "a");
            lin.publish(ROOM, "k", "a");
            lin.publish(ROOM, "k", "b");
        });
        rig.settle();

        List<Appended> answers = lin.takeAppended();
        assertThat(answers).hasSize(3);
        assertThat(((Appended.Stored) answers.get(0)).duplicate()).isFalse();
        assertThat(((Appended.Stored) answers.get(1)).duplicate()).isTrue();
        assertThat(answers.get(2)).isInstanceOf(Appended.Refused.class);
        assertThat(lin.takeTexts()).containsExactly("a");
    }

    @Test
    void sendsSignalsToAllButStoresNone() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember wei = rig.joined("wei", ROOM);
        TestMember away = rig.joined("away", new RoomId("other"));
        Body typing = new Body.Json("{\"typing\":true}".getBytes(StandardCharsets.UTF_8));

        rig.on(lin, () -> rig.rooms.signal(ROOM, lin.sender(), typing, 0));
        rig.settle();

        Event signalled = new Event.Signalled(ROOM, lin.sender(), typing);
        assertThat(lin.connection().takeEvents()).containsExactly(signalled);
        assertThat(wei.connection().takeEvents()).containsExactly(signalled);
        assertThat(away.connection().takeEvents()).isEmpty();
        TestMember later = rig.joined("later", ROOM);
        assertThat(later.entered().state().head().seq()).isZero();
    }

    @Test
    void saysWhoIsIn() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        rig.joined("wei", ROOM);
        rig.joined("an", ROOM);
        List<RoomMembers> answers = new ArrayList<>();

        rig.on(lin, () -> rig.rooms.members(lin.membership(), 2, answers::add));
        rig.settle();

        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).count()).isEqualTo(3);
        assertThat(answers.get(0).sample())
                .extracting(sender -> sender.id().value())
                .containsExactly("lin", "wei");
    }

    @Test
    void countsRoomsAndMembers() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember wei = rig.joined("wei", new RoomId("other"));

        assertThat(rig.gauge("magpie.rooms")).isEqualTo(2);
        assertThat(rig.gauge("magpie.members")).isEqualTo(2);
        rig.on(lin, lin::leave);
        rig.on(wei, wei::leave);
        rig.settle();

        assertThat(rig.gauge("magpie.members")).isZero();
    }

    @Test
    void keepsToTheSizeOfTheWindowItIsGiven() {
        GatewayConfig config = RoomRig.with(
                new GatewayConfig.History(1_000, ByteSize.ofKiB(1), Duration.ofMinutes(1)),
                GatewayConfig.DEFAULTS.outbound());
        RoomRig rig = new RoomRig(1, config, RoomRig.localEngine(config));
        TestMember lin = rig.joined("lin", ROOM);
        for (int i = 0; i < 20; i++) {
            rig.on(lin, () -> lin.publish(ROOM, "x"));
            rig.settle();
        }

        TestMember late = rig.member("late", 0);
        rig.on(late, () -> late.join(ROOM, new JoinRequest(null, 100)));
        rig.settle();

        int weight = late.entered().missed().get(0).weight();
        assertThat(late.entered().missed())
                .hasSize(1_024 / weight)
                .extracting(Message::seq)
                .endsWith(20L);
    }

    private static long seq(Appended outcome) {
        return ((Appended.Stored) outcome).position().seq();
    }
}
