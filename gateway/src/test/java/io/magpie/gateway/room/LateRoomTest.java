package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Command;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Rooms on an engine that answers later. */
class LateRoomTest {
    private static final RoomId ROOM = new RoomId("hall");
    private static final long UNSET = Command.History.UNSET;

    @Test
    void letsJoinersWaitUntilTheEngineHasOpenedTheRoom() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = late(engines);
        TestMember lin = rig.member("lin", 0);
        TestMember wei = rig.member("wei", 0);

        rig.on(lin, () -> lin.join(ROOM));
        rig.on(wei, () -> wei.join(ROOM));
        rig.settle();
        assertThat(lin.takeOutcomes()).isEmpty();
        release(rig, engines);

        assertThat(lin.entered().state().members()).isEqualTo(1);
        assertThat(wei.entered().state().members()).isEqualTo(2);
        rig.on(lin, () -> lin.publish(ROOM, "1"));
        rig.settle();
        assertThat(wei.connection().takeWrites()).isEmpty();
        release(rig, engines);
        assertThat(wei.takeTexts()).containsExactly("1");
    }

    @Test
    void takesWhatIsSaidBeforeTheRoomIsOpen() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = late(engines);
        TestMember lin = rig.member("lin", 0);

        rig.on(lin, () -> {
            lin.join(ROOM);
            lin.publish(ROOM, "early");
        });
        rig.settle();
        release(rig, engines);

        assertThat(lin.takeTexts()).containsExactly("early");
        assertThat(lin.takeAppended()).hasSize(1);
    }

    @Test
    void forgetsWhoLeftBeforeTheRoomWasOpen() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = late(engines);
        TestMember lin = rig.member("lin", 0);
        TestMember wei = rig.member("wei", 0);

        rig.on(lin, () -> {
            lin.join(ROOM);
            lin.leave();
            wei.join(ROOM);
        });
        rig.settle();
        release(rig, engines);

        assertThat(rig.gauge("magpie.members")).isEqualTo(1);
        rig.on(wei, () -> wei.publish(ROOM, "1"));
        rig.settle();
        release(rig, engines);
        assertThat(lin.connection().takeWrites()).isEmpty();
        assertThat(wei.takeTexts()).containsExactly("1");
    }

    @Test
    void tellsTooManyWaitersToComeBack() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = late(engines);
        List<TestMember> waiters = new ArrayList<>();
        for (int i = 0; i < Room.MAX_WAITING; i++) {
            TestMember waiter = rig.member("w" + i, 0);
            waiters.add(waiter);
            rig.on(waiter, () -> waiter.join(ROOM));
        }
        TestMember last = rig.member("last", 0);

        rig.on(last, () -> last.join(ROOM));
        rig.settle();

        assertThat(last.takeOutcomes())
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        JoinOutcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY));
        release(rig, engines);
        assertThat(waiters).allMatch(waiter -> waiter.takeOutcomes().size() == 1);
        assertThat(rig.gauge("magpie.members")).isEqualTo(Room.MAX_WAITING);
    }

    @Test
    void letsAllEnterEvenIfOneOfThemFails() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = late(engines);
        TestMember lin = rig.member("lin", 0);
        TestMember wei = rig.member("wei", 0);

        rig.on(lin, () -> {
            lin.join(ROOM);
            rig.rooms.peek(lin.membership(), new JoinRequest(null, 0), outcome -> {
                throw new IllegalStateException("planted fault");
            });
            wei.join(ROOM);
        });
        rig.settle();
        release(rig, engines);

        assertThat(wei.takeOutcomes()).hasSize(1);
    }

    @Test
    void readsHistoryFromMemoryWhereItCan() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = deep(engines);
        TestMember lin = fill(rig, engines, 20);
        List<Engine.Page> pages = new ArrayList<>();

        rig.on(
                lin,
                () -> rig.rooms.history(
                        lin.membership(),
                        new Command.History(ROOM, UNSET, UNSET, 5),
                        pages::add,
                        LateRoomTest::unexpected));
        rig.on(
                lin,
                () -> rig.rooms.history(
                        lin.membership(),
                        new Command.History(ROOM, UNSET, 15, 5),
                        pages::add,
                        LateRoomTest::unexpected));
        rig.settle();

        assertThat(engines.get(0).held()).isZero();
        assertThat(pages).hasSize(2);
        assertThat(pages.get(0).messages()).extracting(Message::seq).containsExactly(16L, 17L, 18L, 19L, 20L);
        assertThat(pages.get(0).more()).isTrue();
        assertThat(pages.get(1).messages()).extracting(Message::seq).containsExactly(16L, 17L, 18L, 19L, 20L);
        assertThat(pages.get(1).more()).isFalse();
    }

    @Test
    void readsOlderHistoryFromTheEngine() {
        List<LateEngine> engines = new ArrayList<>();
        RoomRig rig = deep(engines);
        TestMember lin = fill(rig, engines, 20);
        List<Engine.Page> pages = new ArrayList<>();
        List<Command.History> queries = List.of(
                new Command.History(ROOM, UNSET, UNSET, 8),
                new Command.History(ROOM, 1_000, UNSET, 10),
                new Command.History(ROOM, 5, UNSET, 3),
                new Command.History(ROOM, UNSET, 0, 3));

        rig.on(
                lin,
                () -> queries.forEach(
                        query -> rig.rooms.history(lin.membership(), query, pages::add, LateRoomTest::unexpected)));
        rig.settle();
        assertThat(pages).isEmpty();
        release(rig, engines);

        assertThat(pages).hasSize(4).allMatch(Engine.Page::more);
        assertThat(pages.get(0).messages())
                .extracting(Message::seq)
                .startsWith(13L)
                .hasSize(8);
        assertThat(pages.get(1).messages())
                .extracting(Message::seq)
                .startsWith(11L)
                .hasSize(10);
        assertThat(pages.get(2).messages()).extracting(Message::seq).containsExactly(2L, 3L, 4L);
        assertThat(pages.get(3).messages()).extracting(Message::seq).containsExactly(1L, 2L, 3L);
    }

    /** Rooms remember 8 messages, the engine all. */
    private static RoomRig deep(List<LateEngine> engines) {
        Supplier<Engine> all = RoomRig.localEngine(RoomRig.DEFAULTS);
        return new RoomRig(1, RoomRig.remembering(8), LateEngine.each(all, engines));
    }

    private static TestMember fill(RoomRig rig, List<LateEngine> engines, int count) {
        TestMember lin = rig.member("lin", 0);
        rig.on(lin, () -> {
            lin.join(ROOM);
            for (int i = 1; i <= count; i++) {
                lin.publish(ROOM, Integer.toString(i));
            }
        });
        rig.settle();
        release(rig, engines);
        return lin;
    }

    private static RoomRig late(List<LateEngine> engines) {
        return new RoomRig(1, RoomRig.DEFAULTS, LateEngine.each(RoomRig.localEngine(RoomRig.DEFAULTS), engines));
    }

    private static void release(RoomRig rig, List<LateEngine> engines) {
        rig.loops.get(0).inside(engines.get(0)::releaseAll);
        rig.settle();
    }

    @SuppressWarnings("DoNotCallSuggester") // a callback
    private static void unexpected(Refusal refusal) {
        throw new AssertionError("refused: " + refusal);
    }
}
