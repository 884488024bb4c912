package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.RoomId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No more rooms are in memory than may be, and those that nobody needs make place. */
class RoomLimitTest {
    private static final RoomId ATTIC = new RoomId("attic");
    private static final RoomId CELLAR = new RoomId("cellar");
    private static final RoomId HALL = new RoomId("hall");

    private final List<RoomRig> rigs = new ArrayList<>();

    @AfterEach
    void close() {
        rigs.forEach(rig -> {
            rig.rooms.close();
            rig.settle();
        });
    }

    @Test
    void whoWouldOpenARoomTooManyIsToldToComeBack() {
        RoomRig rig = rig(1, "limits.rooms=2");
        TestMember lin = rig.joined("lin", ATTIC);
        TestMember wei = rig.joined("wei", CELLAR);
        TestMember late = rig.joined("late", HALL);
        List<Refusal> refusals = new ArrayList<>();

        assertThat(late.takeOutcomes())
                .singleElement()
                .isInstanceOfSatisfying(
                        JoinOutcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(ErrorCode.BUSY.retryable()).isTrue();
        rig.on(late, () -> {
            late.publish(HALL, "x");
            rig.rooms.peek(late.membership(), new JoinRequest(null, 0), outcome -> {
                JoinOutcome.Refused refused = (JoinOutcome.Refused) outcome;
                refusals.add(new Refusal(refused.code(), refused.message()));
            });
            rig.rooms.read(
                    new Command.History(HALL, Command.History.UNSET, Command.History.UNSET, 5),
                    RoomLimitTest::unexpected,
                    refusals::add);
        });
        rig.settle();

        assertThat(late.takeAppended())
                .singleElement()
                .isInstanceOfSatisfying(
                        Appended.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(refusals).extracting(Refusal::code).containsExactly(ErrorCode.BUSY, ErrorCode.BUSY);
        assertThat(rig.gauge("magpie.rooms")).isEqualTo(2);
        TestMember another = rig.joined("another", ATTIC);
        rig.on(lin, () -> {
            lin.publish(ATTIC, "here");
            wei.publish(CELLAR, "there");
        });
        rig.settle();
        assertThat(another.takeTexts()).containsExactly("here");
        assertThat(wei.takeTexts()).containsExactly("there");
    }

    @Test
    void aRoomInWhichNothingWasSaidMakesPlaceWhenItIsLeft() {
        RoomRig rig = rig(1, "limits.rooms=1");
        TestMember lin = rig.joined("lin", ATTIC);
        rig.on(lin, lin::leave);
        rig.settle();

        TestMember wei = rig.joined("wei", HALL);

        assertThat(wei.entered().state().members()).isEqualTo(1);
        assertThat(rig.gauge("magpie.rooms")).isEqualTo(1);
    }

    @Test
    void aRoomWithALogMakesPlaceWhenNobodyWasInItForSomeTime() {
        RoomRig rig = rig(1, "limits.rooms=1", "history.idle-timeout=4s");
        rig.rooms.start();
        TestMember lin = rig.joined("lin", ATTIC);
        rig.on(lin, () -> lin.publish(ATTIC, "x"));
        rig.settle();
        rig.on(lin, lin::leave);
        rig.settle();
        TestMember early = rig.joined("early", HALL);
        assertThat(early.takeOutcomes()).singleElement().isInstanceOf(JoinOutcome.Refused.class);

        rig.loops.get(0).advance(Duration.ofSeconds(3));
        TestMember stillEarly = rig.joined("still-early", HALL);
        assertThat(stillEarly.takeOutcomes()).singleElement().isInstanceOf(JoinOutcome.Refused.class);
        rig.loops.get(0).advance(Duration.ofSeconds(2));

        assertThat(rig.gauge("magpie.rooms")).isZero();
        assertThat(rig.joined("wei", HALL).entered().state().members()).isEqualTo(1);
    }

    @Test
    void manyRoomsAfterEachOtherLeaveNothingBehind() {
        RoomRig rig = rig(1, "limits.rooms=100", "history.idle-timeout=4s");
        rig.rooms.start();
        TestMember visitor = rig.member("visitor", 0);
        for (int i = 0; i < 10_000; i++) {
            RoomId room = new RoomId("room-" + i);
            rig.on(visitor, () -> {
                visitor.join(room);
                visitor.publish(room, "x");
            });
            rig.settle();
            rig.on(visitor, visitor::leave);
            rig.settle();
            if (i % 50 == 0) {
                rig.loops.get(0).advance(Duration.ofSeconds(5));
            }
        }
        assertThat(visitor.takeOutcomes()).hasSize(10_000).allMatch(JoinOutcome.Entered.class::isInstance);
        assertThat(visitor.takeAppended()).hasSize(10_000).allMatch(Appended.Stored.class::isInstance);

        rig.loops.get(0).advance(Duration.ofSeconds(5));
        assertThat(rig.gauge("magpie.rooms")).isZero();
        assertThat(rig.metrics.registry().getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .noneMatch(tag -> tag.getValue().startsWith("room-")));
    }

    @Test
    void eachLoopHasItsShareAndOneAtLeast() {
        RoomRig rig = rig(2, "limits.rooms=5");
        List<RoomId> near = roomsOf(0, 3);
        rig.joined("a", near.get(0));
        rig.joined("b", near.get(1));
        TestMember late = rig.joined("late", near.get(2));
        assertThat(late.takeOutcomes()).singleElement().isInstanceOf(JoinOutcome.Refused.class);
        TestMember far = rig.joined("far", roomsOf(1, 1).get(0));
        assertThat(far.takeOutcomes()).singleElement().isInstanceOf(JoinOutcome.Entered.class);

        RoomRig narrow = rig(2, "limits.rooms=1");
        for (int loop = 0; loop < 2; loop++) {
            TestMember member = narrow.joined("m" + loop, roomsOf(loop, 1).get(0));
            assertThat(member.takeOutcomes()).singleElement().isInstanceOf(JoinOutcome.Entered.class);
        }
    }

    /** The first rooms that live on one of two loops. */
    private static List<RoomId> roomsOf(int loop, int count) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new RoomId("r" + i))
                .filter(room -> RoomShards.owner(room.hashCode(), 2) == loop)
                .limit(count)
                .toList();
    }

    private RoomRig rig(int loops, String... settings) {
        GatewayConfig config = TestConfig.with(settings);
        RoomRig rig = new RoomRig(loops, config, RoomRig.localEngine(config));
        rigs.add(rig);
        return rig;
    }

    @SuppressWarnings("DoNotCallSuggester") // a callback
    private static void unexpected(Engine.Page page) {
        throw new AssertionError("answered: " + page);
    }
}
