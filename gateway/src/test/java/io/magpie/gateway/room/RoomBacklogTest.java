package io.magpie.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.ByteSize;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.engine.Refusal;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members who stop reading get all that was said, as far as anybody remembers it. */
class RoomBacklogTest {
    private static final RoomId ROOM = new RoomId("r");

    private RoomRig rig = new RoomRig();

    @AfterEach
    void letsGoOfItsPages() {
        rig.rooms.close();
        rig.settle();
    }

    @Test
    void feedsASlowMemberFromTheRoomsTailAndThenLive() {
        TestMember slow = rig.joined("slow", ROOM);
        TestMember speaker = rig.joined("speaker", ROOM);
        say(speaker, 1);
        slow(slow, true);
        say(speaker, 300);
        slow(slow, false);
        rig.settle();
        say(speaker, 1);

        assertThat(seqs(slow)).isEqualTo(upTo(302));
        assertThat(rig.gauge("magpie.members.behind")).isZero();
    }

    @Test
    void cutsPagesAtTheSamePlacesForAll() {
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember early = rig.joined("early", ROOM);
        TestMember late = rig.joined("late", ROOM);
        slow(early, true);
        say(speaker, 10);
        slow(late, true);
        say(speaker, 190);
        slow(early, false);
        slow(late, false);
        rig.settle();

        assertThat(writes(early)).containsExactly(upTo(63), range(64, 127), range(128, 191), range(192, 200));
        List<List<Long>> pages = writes(late);
        assertThat(pages.subList(10, pages.size()))
                .containsExactly(range(11, 63), range(64, 127), range(128, 191), range(192, 200));
    }

    @Test
    void feedsPagesOfAboutSixtyFourKibibytes() {
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        for (int i = 0; i < 20; i++) {
            rig.on(speaker, () -> speaker.publish(ROOM, "x".repeat(10_000)));
            rig.settle();
        }
        slow(slow, false);
        rig.settle();

        assertThat(writes(slow)).first().isEqualTo(upTo(6));
    }

    @Test
    void tellsTheGapWhereNobodyRemembersWhatWasMissed() {
        rig = new RoomRig(1, RoomRig.remembering(50), RoomRig.localEngine(RoomRig.remembering(50)));
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        say(speaker, 200);
        slow(slow, false);
        rig.settle();

        List<Event> events = slow.connection().takeEvents();
        assertThat(events.get(0)).isEqualTo(new Event.Gap(ROOM, 1, 150, Event.GapReason.TRIMMED));
        assertThat(events.stream()
                        .skip(1)
                        .map(e -> ((Event.Delivered) e).message().seq()))
                .isEqualTo(range(151, 200));
    }

    @Test
    void readsFromTheEngineWhatTheTailHasNoMore() {
        RememberingEngine engine = new RememberingEngine(
                RoomRig.localEngine(RoomRig.remembering(10)).get());
        rig = new RoomRig(1, RoomRig.remembering(10), () -> engine);
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        say(speaker, 500);
        slow(slow, false);
        rig.settle();

        assertThat(seqs(slow)).isEqualTo(upTo(500));
        assertThat(engine.pages).isEqualTo(5);
    }

    @Test
    void closesAMemberWhosePagesTheEngineCanNotRead() {
        RememberingEngine engine = new RememberingEngine(
                RoomRig.localEngine(RoomRig.remembering(10)).get());
        rig = new RoomRig(1, RoomRig.remembering(10), () -> engine);
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        say(speaker, 500);
        engine.broken = true;
        slow(slow, false);
        rig.settle();

        assertThat(slow.connection().closeReasons()).containsExactly("internal error; reconnect and resume");
        assertThat(speaker.connection().closeCode()).isEmpty();
    }

    @Test
    void closesAMemberWhosePageOfTheEngineCanNotBeUsed() {
        RememberingEngine engine = new RememberingEngine(
                RoomRig.localEngine(RoomRig.remembering(10)).get());
        LateEngine late = new LateEngine(engine);
        rig = new RoomRig(1, RoomRig.remembering(10), () -> late);
        TestMember slow = rig.joined("slow", ROOM);
        TestMember speaker = rig.joined("speaker", ROOM);
        release(late);
        slow(slow, true);
        say(speaker, 50);
        release(late);
        slow(slow, false);
        rig.settle();
        engine.all.set(5, null);
        release(late);

        assertThat(slow.connection().closeReasons()).containsExactly("internal error; reconnect and resume");
        assertThat(speaker.connection().closeCode()).isEmpty();
    }

    @Test
    void tellsAGapOfTheTailInPlaceOfWhatAnEncodingCanNotSay() {
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = cbor("slow");
        slow(slow, true);
        say(speaker, 1);
        sayDeep(speaker);
        say(speaker, 1);
        slow(slow, false);
        rig.settle();

        assertThat(told(slow)).containsExactly("1", "gap 2 to 2 SHED", "3");
        assertThat(slow.connection().open()).isTrue();
    }

    @Test
    void tellsAGapOfTheEnginesLogInPlaceOfWhatAnEncodingCanNotSay() {
        RememberingEngine engine = new RememberingEngine(
                RoomRig.localEngine(RoomRig.remembering(10)).get());
        rig = new RoomRig(1, RoomRig.remembering(10), () -> engine);
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = cbor("slow");
        slow(slow, true);
        say(speaker, 1);
        sayDeep(speaker);
        say(speaker, 48);
        slow(slow, false);
        rig.settle();

        assertThat(engine.pages).isPositive();
        assertThat(slow.connection().closeReasons()).isEmpty();
        List<String> told = told(slow);
        assertThat(told).startsWith("1", "gap 2 to 2 SHED", "3").endsWith("50").hasSize(50);
    }

    @Test
    void leavesToLiveDeliveryWhatTheEngineHasNotAnnouncedYet() {
        RememberingEngine engine = new RememberingEngine(
                RoomRig.localEngine(RoomRig.remembering(10)).get());
        rig = new RoomRig(1, RoomRig.remembering(10), () -> engine);
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        say(speaker, 50);
        Message last = engine.all.get(49);
        engine.all.add(new Message(ROOM, 51, last.at(), last.from(), null, null, last.body()));
        slow(slow, false);
        rig.settle();

        assertThat(seqs(slow)).isEqualTo(upTo(50));
    }

    @Test
    void dropsSignalsForMembersWhoAreBehindAndCountsThem() {
        TestMember speaker = rig.joined("speaker", ROOM);
        TestMember slow = rig.joined("slow", ROOM);
        slow(slow, true);
        say(speaker, 1);
        rig.rooms.signal(ROOM, speaker.sender(), new Body.Json(new byte[] {'1'}), 0);
        rig.settle();
        slow(slow, false);
        rig.settle();

        assertThat(slow.connection().takeEvents()).hasSize(1).first().isInstanceOf(Event.Delivered.class);
        assertThat(rig.metrics
                        .registry()
                        .get("magpie.signals.dropped")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void pacesAJoinerWhoHasMissedMuch() {
        GatewayConfig config = RoomRig.with(
                new GatewayConfig.History(5_000, ByteSize.ofKiB(16_384), Duration.ofMinutes(10)),
                GatewayConfig.DEFAULTS.outbound());
        rig = new RoomRig(1, config, RoomRig.localEngine(config));
        TestMember speaker = rig.joined("speaker", ROOM);
        say(speaker, 2_000);
        TestMember back = rig.member("back", 0);
        rig.on(back, () -> back.join(ROOM, new Position("e1", 0, -1)));
        rig.settle();
        JoinOutcome.Entered entered = (JoinOutcome.Entered) back.takeOutcomes().get(0);
        say(speaker, 1);

        assertThat(entered.missed().stream().mapToInt(Message::weight).sum()).isLessThan(RoomBacklog.PAGE_BYTES);
        List<Long> seqs =
                new ArrayList<>(entered.missed().stream().map(Message::seq).toList());
        seqs.addAll(seqs(back));
        assertThat(seqs).isEqualTo(upTo(2_001));
    }

    private void say(TestMember speaker, int count) {
        for (int i = 0; i < count; i++) {
            rig.on(speaker, () -> speaker.publish(ROOM, "text"));
            rig.settle();
        }
    }

    /** Says what is nested too deep for a frame, as no client can. */
    private void sayDeep(TestMember speaker) {
        Body deep = new Body.Json(("[".repeat(20) + "]".repeat(20)).getBytes(StandardCharsets.UTF_8));
        Draft draft = new Draft(speaker.sender(), null, null, deep, 0);
        rig.on(speaker, () -> rig.rooms.publish(ROOM, new Publication(draft, null, speaker)));
        rig.settle();
    }

    private TestMember cbor(String name) {
        TestMember member = new TestMember(
                name,
                rig.rooms,
                new FakeConnection(name, FrameFormat.CBOR, rig.loops.get(0).delivery()));
        rig.on(member, () -> member.join(ROOM));
        rig.settle();
        return member;
    }

    private void slow(TestMember member, boolean isSlow) {
        rig.on(member, () -> member.connection().slow(isSlow));
    }

    private void release(LateEngine engine) {
        rig.loops.get(0).inside(engine::releaseAll);
        rig.settle();
    }

    private static List<Long> seqs(TestMember member) {
        return writes(member).stream().flatMap(List::stream).toList();
    }

    /** What came since the last call: seqs, and gaps. */
    private static List<String> told(TestMember member) {
        return member.connection().takeEvents().stream()
                .map(event -> event instanceof Event.Gap gap
                        ? "gap " + gap.from() + " to " + gap.to() + " " + gap.reason()
                        : Long.toString(((Event.Delivered) event).message().seq()))
                .toList();
    }

    /** The seqs in each write since the last call. */
    private static List<List<Long>> writes(TestMember member) {
        return member.connection().takeWriteEvents().stream()
                .map(events -> events.stream()
                        .map(event -> ((Event.Delivered) event).message().seq())
                        .toList())
                .toList();
    }

    private static List<Long> upTo(long last) {
        return range(1, last);
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** An engine that remembers all, over one that doesn't. */
    private static final class RememberingEngine implements Engine {
        private final Engine inner;
        private final List<Message> all = new ArrayList<>();
        private boolean broken;
        private int pages;

        RememberingEngine(Engine inner) {
            this.inner = inner;
        }

        @Override
        public void subscribe(RoomId room, Listener listener, Consumer<Subscription> ready, Consumer<Refusal> refused) {
            inner.subscribe(
                    room,
                    (id, messages) -> {
                        all.addAll(messages);
                        listener.onMessages(id, messages);
                    },
                    ready,
                    refused);
        }

        @Override
        public void unsubscribe(RoomId room) {
            inner.unsubscribe(room);
        }

        @Override
        public void append(RoomId room, List<Draft> drafts, Consumer<List<Appended>> done) {
            inner.append(room, drafts, done);
        }

        @Override
        public void history(Command.History query, Consumer<Page> done, Consumer<Refusal> refused) {
            if (broken) {
                throw new IllegalStateException("planted fault");
            }
            pages++;
            int from = (int) query.after();
            done.accept(new Page(
                    "e1", new ArrayList<>(all.subList(from, Math.min(all.size(), from + query.limit()))), true));
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
