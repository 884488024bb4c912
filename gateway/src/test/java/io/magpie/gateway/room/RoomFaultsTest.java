package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RoomId;
import org.junit.jupiter.api.Test;

/** One fault costs nobody else anything. */
class RoomFaultsTest {
    private static final RoomId ROOM = new RoomId("hall");

    @Test
    void servesOtherRoomsWhenOneFails() {
        RoomRig rig = new RoomRig(1, GatewayConfig.DEFAULTS, () -> new FailingEngine(new RoomId("bad")));
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
