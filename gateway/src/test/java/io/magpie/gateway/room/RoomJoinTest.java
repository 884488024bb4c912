package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.protocol.Event;
import io.magpie.protocol.Event.Unrecovered;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Coming into rooms and going, and what a room remembers for it. */
class RoomJoinTest {
    private static final RoomId ROOM = new RoomId("hall");

    @Test
    void tellsAJoinerHowTheRoomStands() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1", "2");

        TestMember wei = rig.joined("wei", ROOM);

        Event.RoomState state = wei.entered().state();
        assertThat(state.head()).isEqualTo(new Position("e1", 2, Position.NO_TIME));
        assertThat(state.recovered()).isTrue();
        assertThat(state.members()).isEqualTo(2);
        assertThat(wei.entered().missed()).isEmpty();
        say(rig, lin, "3");
        assertThat(wei.takeTexts()).containsExactly("3");
    }

    @Test
    void replaysWhatAReturningMemberMissed() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1", "2", "3");

        TestMember wei = rig.member("wei", 0);
        rig.on(wei, () -> wei.join(ROOM, new Position("e1", 1, Position.NO_TIME)));
        rig.settle();

        assertThat(wei.entered().missed()).extracting(TestMember::text).containsExactly("2", "3");
        assertThat(wei.entered().state().recovered()).isTrue();
    }

    @Test
    void saysWhatIsGoneToWhoComesBackTooLate() {
        GatewayConfig config = RoomRig.remembering(2);
        RoomRig rig = new RoomRig(1, config, RoomRig.localEngine(config));
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1", "2", "3", "4", "5");

        TestMember wei = rig.member("wei", 0);
        rig.on(wei, () -> wei.join(ROOM, new JoinRequest(new Position("e1", 1, Position.NO_TIME), 1)));
        rig.settle();

        assertThat(wei.entered().state().reason()).isEqualTo(Unrecovered.TRIMMED);
        assertThat(wei.entered().gap()).isEqualTo(new Event.Gap(ROOM, 2, 4, Event.GapReason.TRIMMED));
        assertThat(wei.entered().missed()).extracting(Message::seq).containsExactly(5L);
    }

    @Test
    void givesEachMessageOnceToWhoJoinsInTheMiddleOfATurn() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        TestMember wei = rig.member("wei", 0);

        rig.on(lin, () -> {
            lin.publish(ROOM, "1");
            wei.join(ROOM);
            lin.publish(ROOM, "2");
        });
        rig.settle();

        assertThat(wei.entered().state().head().seq()).isZero();
        assertThat(wei.takeTexts()).containsExactly("1", "2");
    }

    @Test
    void countsAMemberThatJoinsAgainOnce() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1", "2");
        lin.takeTexts();

        rig.on(lin, () -> lin.join(ROOM, new Position("e1", 1, Position.NO_TIME)));
        rig.settle();
        assertThat(lin.entered().missed()).extracting(TestMember::text).containsExactly("2");
        assertThat(lin.entered().state().members()).isEqualTo(1);
        say(rig, lin, "3");

        assertThat(lin.takeTexts()).containsExactly("3");
    }

    @Test
    void looksWithoutBeingCountedIn() {
        RoomRig rig = new RoomRig();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1");
        List<JoinOutcome> answers = new ArrayList<>();

        rig.on(
                lin,
                () -> rig.rooms.peek(
                        lin.membership(), new JoinRequest(new Position("e0", 1, Position.NO_TIME), 0), answers::add));
        rig.settle();

        assertThat(answers)
                .containsExactly(new JoinOutcome.Found(
                        new Event.RoomState(new Position("e1", 1, Position.NO_TIME), false, Unrecovered.EPOCH, 2)));
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void deliversNothingAfterLeaving() {
        RoomRig rig = new RoomRig(2, RoomRig.DEFAULTS, RoomRig.localEngine(RoomRig.DEFAULTS));
        RoomId room = rig.roomOn(0);
        TestMember lin = rig.joined("lin", room);
        TestMember far = rig.member("far", 1);
        rig.on(far, () -> far.join(room));
        rig.settle();

        rig.on(lin, () -> lin.publish(room, "on its way"));
        rig.loops.get(0).settle();
        rig.on(far, far::leave);
        rig.settle();
        say(rig, lin, room, "later");

        assertThat(far.connection().takeWrites()).isEmpty();
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
        assertThat(lin.takeTexts()).containsExactly("on its way", "later");
    }

    @Test
    void forgetsWhoLeftBeforeTheAnswerCame() {
        RoomRig rig = new RoomRig(2, RoomRig.DEFAULTS, RoomRig.localEngine(RoomRig.DEFAULTS));
        RoomId room = rig.roomOn(0);
        TestMember lin = rig.joined("lin", room);
        TestMember far = rig.member("far", 1);

        rig.on(far, () -> {
            far.join(room);
            far.leave();
        });
        rig.settle();
        say(rig, lin, room, "1");

        assertThat(far.connection().takeWrites()).isEmpty();
        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
    }

    @Test
    void beginsAgainWithANewEpochAfterAnIdleTime() {
        GatewayConfig config = idleAfter(Duration.ofSeconds(4));
        RoomRig rig = new RoomRig(1, config, RoomRig.localEngine(config));
        rig.rooms.start();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1", "2");
        rig.on(lin, lin::leave);
        rig.settle();

        rig.loops.get(0).advance(Duration.ofSeconds(3));
        assertThat(rig.gauge("magpie.rooms")).isEqualTo(1);
        rig.loops.get(0).advance(Duration.ofSeconds(2));
        assertThat(rig.gauge("magpie.rooms")).isZero();

        rig.on(lin, () -> lin.join(ROOM, new JoinRequest(new Position("e1", 2, Position.NO_TIME), 10)));
        rig.settle();
        assertThat(lin.entered().state())
                .isEqualTo(new Event.RoomState(new Position("e2", 0, Position.NO_TIME), false, Unrecovered.EPOCH, 1));
        assertThat(lin.entered().missed()).isEmpty();
    }

    @Test
    void remembersARoomWhileSomebodyIsInIt() {
        GatewayConfig config = idleAfter(Duration.ofSeconds(4));
        RoomRig rig = new RoomRig(1, config, RoomRig.localEngine(config));
        rig.rooms.start();
        TestMember lin = rig.joined("lin", ROOM);
        say(rig, lin, "1");

        for (int i = 0; i < 10; i++) {
            rig.loops.get(0).advance(Duration.ofSeconds(2));
        }

        assertThat(rig.gauge("magpie.rooms")).isEqualTo(1);
        assertThat(rig.joined("wei", ROOM).entered().state().head()).isEqualTo(new Position("e1", 1, Position.NO_TIME));
    }

    private static GatewayConfig idleAfter(Duration idle) {
        return RoomRig.with(
                new GatewayConfig.History(100, ByteSize.ofKiB(64), idle), GatewayConfig.DEFAULTS.outbound());
    }

    private static void say(RoomRig rig, TestMember member, String... texts) {
        say(rig, member, ROOM, texts);
    }

    private static void say(RoomRig rig, TestMember member, RoomId room, String... texts) {
        rig.on(member, () -> List.of(texts).forEach(text -> member.publish(room, text)));
        rig.settle();
    }
}
