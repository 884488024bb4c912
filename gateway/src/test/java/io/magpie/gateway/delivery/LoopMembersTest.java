package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.Connection.Outcome;
import io.magpie.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery to the members of one loop: each batch once, in order, whoever comes, goes or fails meanwhile. */
class LoopMembersTest {
    private final DeliveryFixture fixture = new DeliveryFixture(1);
    private static final String END = ";";

    private final FakeBacklog backlog = new FakeBacklog();
    private final LoopMembers list = new LoopMembers(fixture.loop(0), backlog, fixture.metrics);
    private final List<EncodedBatch> batches = new ArrayList<>();
    private final List<RecordedConnection> connections = new ArrayList<>();
    private final Map<RecordedConnection, Membership> memberships = new HashMap<>();

    @AfterEach
    void everyBatchIsReleased() {
        fixture.turn();
        assertThat(batches).allSatisfy(batch -> assertThat(batch.refCnt()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_023, LoopMembers.WHOLE, 1_025, 3_000})
    void deliversEveryBatchToEveryMemberOnceAndInOrder(int size) {
        join(size);
        post("1");
        post("2");
        fixture.turn();
        post("3");
        fixture.turn();

        assertThat(connections)
                .hasSize(size)
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2", "3"));
    }

    @Test
    void servesARoomThatIsNotHugeInOneTask() {
        join(LoopMembers.WHOLE);
        post("1");

        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).containsExactly("1"));
    }

    @Test
    void servesAHugeRoomInChunksSoThatItsLoopCanDoOtherThings() {
        join(3_000);
        post("1");

        assertThat(connections.stream().filter(c -> !c.delivered.isEmpty())).hasSize(LoopMembers.CHUNK);
    }

    @Test
    void takesWhatComesWithinAPassAlongToTheMembersNotVisitedYet() {
        join(6 * LoopMembers.CHUNK);
        post("1");
        post("2");
        post("3");
        fixture.turn();

        // The list is visited from its end; its last chunk was when only the first batch was there.
        assertThat(connections.subList(5 * LoopMembers.CHUNK, 6 * LoopMembers.CHUNK))
                .allSatisfy(c -> assertThat(c.writes).isEqualTo(2));
        assertThat(connections.subList(0, 5 * LoopMembers.CHUNK))
                .allSatisfy(c -> assertThat(c.writes).isEqualTo(1));
        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2", "3"));
        assertThat(fixture.registry.get("magpie.publish.to.flush").timer().count())
                .isEqualTo(3);
        assertThat(count("magpie.deliveries")).isEqualTo(18 * LoopMembers.CHUNK);
        assertThat(count("magpie.frames.out")).isEqualTo(7 * LoopMembers.CHUNK);
    }

    @Test
    void joinsSeveralBatchesForEachFormatAndOnlyOnceForAllWhoLackTheSame() {
        join(3 * LoopMembers.CHUNK);
        RecordedConnection other = fixture.connection(FrameFormat.CBOR, 0);
        list.add(DeliveryFixture.member(other));
        join(3 * LoopMembers.CHUNK);
        for (long seq = 1; seq <= 3; seq++) {
            ByteBuf[] frames = {
                Unpooled.copiedBuffer("c" + seq, StandardCharsets.UTF_8),
                Unpooled.copiedBuffer("p" + seq + END, StandardCharsets.UTF_8)
            };
            int formats = FrameFormat.CBOR.bit() | FrameFormat.PLAIN.bit();
            post(new EncodedBatch(formats, frames, 1, seq, System.nanoTime()));
        }
        fixture.turn();

        assertThat(other.delivered).containsExactly("c1c2c3");
        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).containsExactly("p1", "p2", "p3"));
    }

    @Test
    void dropsSignalsButNoMessageOfARunThatAMemberCanNotTake() {
        join(6 * LoopMembers.CHUNK);
        RecordedConnection slow = connections.get(0).answering(Outcome.BEHIND);
        post("1");
        postSignal("s");
        post("2");
        fixture.turn();
        slow.resume();
        fixture.turn();

        assertThat(backlog.asked).containsExactly(0L);
        assertThat(count("magpie.signals.dropped")).isEqualTo(1);
    }

    @Test
    void missesNobodyWhoIsMovedToAPlaceThatThePassHasLeft() {
        join(6 * LoopMembers.CHUNK);
        post("1");
        post("2");
        // Visited before "2" came, and now moved to the end of the pass.
        leave(connections.get(0));
        fixture.turn();

        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"));
    }

    @Test
    void deliversToAMemberOnlyWhatIsPostedAfterItsJoin() {
        join(3_000);
        post("1");
        post("2");
        RecordedConnection late = join();
        post("3");
        fixture.turn();

        assertThat(late.delivered).containsExactly("3");
        assertThat(connections.subList(0, 3_000))
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2", "3"));
    }

    @Test
    void costsNobodyABatchWhenMembersLeaveBetweenChunks() {
        join(3_000);
        post("1");
        List<RecordedConnection> left = new ArrayList<>(connections.subList(0, 100));
        left.addAll(connections.subList(1_500, 1_600));
        left.addAll(connections.subList(2_900, 3_000));
        left.forEach(this::leave);
        post("2");
        fixture.turn();

        assertThat(connections)
                .hasSize(2_700)
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"));
        assertThat(left).allSatisfy(c -> assertThat(c.delivered).doesNotContain("2"));
    }

    @Test
    void costsNobodyABatchWhenMostMembersLeaveBetweenChunks() {
        join(3_000);
        post("1");
        List.copyOf(connections.subList(500, 3_000)).forEach(this::leave);
        post("2");
        fixture.turn();

        assertThat(connections)
                .hasSize(500)
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsTheOrderWhateverMembersDo(long seed) {
        Random random = new Random(seed);
        join(2_500);
        List<RecordedConnection> everybody = new ArrayList<>(connections);
        Map<RecordedConnection, Integer> firstBatch = new HashMap<>();
        Map<RecordedConnection, Integer> lastBatch = new HashMap<>();
        int posted = 0;
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(4)) {
                case 0 -> post(Integer.toString(++posted));
                case 1 -> {
                    RecordedConnection late = join();
                    everybody.add(late);
                    firstBatch.put(late, posted + 1);
                }
                case 2 -> {
                    RecordedConnection gone = connections.get(random.nextInt(connections.size()));
                    lastBatch.put(gone, posted);
                    leave(gone);
                }
                default -> {
                    if (random.nextInt(5) == 0) {
                        fixture.turn();
                    }
                }
            }
        }
        fixture.turn();
        for (RecordedConnection c : everybody) {
            List<String> expected = numbers(firstBatch.getOrDefault(c, 1), lastBatch.getOrDefault(c, posted));
            if (lastBatch.containsKey(c)) {
                assertThat(expected.subList(0, c.delivered.size())).isEqualTo(c.delivered);
            } else {
                assertThat(c.delivered).isEqualTo(expected);
            }
        }
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }

    @Test
    void deliversToTheOthersWhenSomeFailAndEndsThose() {
        join(5);
        connections.get(2).doing(() -> {
            throw new IllegalStateException("planned by the test");
        });
        connections.get(3).doing(() -> {
            throw new OutOfMemoryError("planned by the test");
        });
        post("1");

        assertThat(connections.stream().filter(c -> c.delivered.equals(List.of("1"))))
                .hasSize(3);
        assertThat(connections.get(2).closes).containsExactly(CloseCode.INTERNAL_ERROR);
        assertThat(connections.get(3).closes).containsExactly(CloseCode.INTERNAL_ERROR);
    }

    @Test
    void releasesWhatWasUnderWayWhenItsLoopShutsDown() {
        join(6 * LoopMembers.CHUNK);
        post("1");
        post("2");

        fixture.end();

        assertThat(batches).allSatisfy(batch -> assertThat(batch.refCnt()).isZero());
    }

    @Test
    void endsTheMembersForWhomThereIsNoMemoryToJoinBatches() {
        join(6 * LoopMembers.CHUNK);
        ByteBuf poor = new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, 2, 2) {
            @Override
            public ByteBufAllocator alloc() {
                throw new OutOfMemoryError("planned by the test");
            }
        };
        ByteBuf[] frames = {poor.writeBytes(("1" + END).getBytes(StandardCharsets.UTF_8))};
        post(new EncodedBatch(FrameFormat.PLAIN.bit(), frames, 1, 1, System.nanoTime()));
        post("2");
        fixture.turn();

        assertThat(connections.subList(5 * LoopMembers.CHUNK, 6 * LoopMembers.CHUNK))
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"))
                .allSatisfy(c -> assertThat(c.closes).isEmpty());
        assertThat(connections.subList(0, 5 * LoopMembers.CHUNK))
                .allSatisfy(c -> assertThat(c.delivered).isEmpty())
                .allSatisfy(c -> assertThat(c.closes).contains(CloseCode.INTERNAL_ERROR));
    }

    @Test
    void letsAMemberLeaveWithinItsDelivery() {
        join(2_000);
        for (RecordedConnection c : List.copyOf(connections.subList(500, 1_500))) {
            c.doing(() -> leave(c)).answering(Outcome.REFUSED);
        }
        post("1");
        fixture.turn();
        post("2");
        fixture.turn();

        assertThat(connections)
                .hasSize(1_000)
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"));
        assertThat(list.size()).isEqualTo(1_000);
    }

    @Test
    void addsAMemberOnceHoweverOftenItJoins() {
        RecordedConnection twice = join();
        list.add(membership(twice));
        post("1");

        assertThat(list.size()).isEqualTo(1);
        assertThat(twice.delivered).containsExactly("1");
    }

    @Test
    void forgetsAMemberThatStopsAndTakesItBackWhenItJoinsAgain() {
        RecordedConnection member = join();
        membership(member).stop();
        membership(member).stop();
        post("1");
        list.add(membership(member));
        post("2");

        assertThat(member.delivered).containsExactly("2");
    }

    @Test
    void deliversNothingThatWasSentToAMemberWhichCaughtUp() {
        join(3_000);
        RecordedConnection first = connections.get(0);
        post("1");
        post("2");
        list.caughtUp(membership(first));
        post("3");
        fixture.turn();

        assertThat(first.delivered).containsExactly("3");
        assertThat(connections.get(1).delivered).containsExactly("1", "2", "3");
    }

    @Test
    void takesNoMemberWhoseConnectionHasClosed() {
        RecordedConnection closed = fixture.connection(FrameFormat.PLAIN, 0);
        closed.close(CloseCode.KICKED, "");
        list.add(DeliveryFixture.member(closed));
        post("1");

        assertThat(list.size()).isZero();
        assertThat(closed.delivered).isEmpty();
    }

    @Test
    void finishesABatchBeforeOneThatIsPostedWithinIt() {
        join(3);
        connections.get(2).doing(() -> {
            if (batches.size() == 1) {
                post("2");
            }
        });
        post("1");
        fixture.turn();

        assertThat(connections).allSatisfy(c -> assertThat(c.delivered).containsExactly("1", "2"));
    }

    @Test
    void skipsMembersForWhomTheBatchHoldsNothing() {
        RecordedConnection plain = join();
        ByteBuf[] frames = {Unpooled.copiedBuffer("cbor", StandardCharsets.UTF_8), Unpooled.buffer()};
        post(new EncodedBatch(FrameFormat.CBOR.bit() | FrameFormat.PLAIN.bit(), frames, 1, 1, System.nanoTime()));

        assertThat(plain.delivered).isEmpty();
    }

    @Test
    void countsDeliveriesAndDrops() {
        join(10);
        connections.get(0).answering(Outcome.BEHIND);
        connections.get(1).answering(Outcome.REFUSED);
        postSignal("1");

        assertThat(count("magpie.deliveries")).isEqualTo(8);
        assertThat(count("magpie.signals.dropped")).isEqualTo(1);
        assertThat(count("magpie.frames.out")).isEqualTo(8);
        assertThat(count("magpie.bytes.out")).isEqualTo(16);
        assertThat(fixture.registry.get("magpie.publish.to.flush").timer().count())
                .isEqualTo(1);
    }

    @Test
    void keepsOnlyThePositionOfAMemberThatReadsTooSlowly() {
        RecordedConnection slow = join();
        RecordedConnection quick = join();
        post("1");
        slow.answering(Outcome.BEHIND);
        post("2");
        post("3");

        assertThat(quick.delivered).containsExactly("1", "2", "3");
        assertThat(slow.delivered).containsExactly("1");
        assertThat(backlog.asked)
                .as("nothing is asked for before it can be written")
                .isEmpty();
        assertThat(gauge("magpie.members.behind")).isEqualTo(1);
        assertThat(count("magpie.catch.ups")).isEqualTo(1);
    }

    @Test
    void feedsAMemberPageByPageAndThenLiveAgain() {
        RecordedConnection slow = join();
        post("1");
        slow.answering(Outcome.BEHIND);
        post("2");
        post("3");
        slow.resume();
        fixture.turn();

        assertThat(backlog.asked).containsExactly(1L);
        post("4");
        backlog.answer("2", 2, false);
        fixture.turn();
        assertThat(backlog.asked).containsExactly(1L, 2L);
        backlog.answer("3,4", 4, true);
        post("5");

        assertThat(slow.delivered).containsExactly("1", "2", "3,4", "5");
        assertThat(gauge("magpie.members.behind")).isZero();
        assertThat(count("magpie.catch.up.messages")).isEqualTo(2);
    }

    @Test
    void asksForTheNextPageOnlyWhenTheLastOneHasLeft() {
        RecordedConnection slow = join();
        slow.answering(Outcome.BEHIND);
        post("1");
        slow.resume();
        fixture.turn();
        slow.answering(Outcome.BEHIND);
        backlog.answer("1", 1, false);
        fixture.turn();
        assertThat(backlog.asked).containsExactly(0L);

        slow.resume();
        fixture.turn();
        assertThat(backlog.asked).containsExactly(0L, 1L);
    }

    @Test
    void givesNoPageToAMemberThatLeftMeanwhile() {
        RecordedConnection slow = join();
        slow.answering(Outcome.BEHIND);
        post("1");
        slow.resume();
        fixture.turn();
        leave(slow);
        ByteBuf page = backlog.answer("1", 1, true);

        assertThat(slow.delivered).isEmpty();
        assertThat(page.refCnt()).isZero();
        assertThat(gauge("magpie.members.behind")).isZero();
    }

    @Test
    void givesNoPageOfAnEarlierCatchUp() {
        RecordedConnection slow = join();
        slow.answering(Outcome.BEHIND);
        post("1");
        slow.resume();
        fixture.turn();
        list.caughtUp(membership(slow));
        ByteBuf page = backlog.answer("1", 1, false);
        post("2");

        assertThat(slow.delivered).containsExactly("2");
        assertThat(page.refCnt()).isZero();
    }

    @Test
    void closesAPlainMemberThatCanNotBeToldOfAGap() {
        RecordedConnection slow = join();
        slow.answering(Outcome.BEHIND);
        post("1");
        slow.resume();
        fixture.turn();
        backlog.answerWithGap("7", 7);

        assertThat(slow.closes).containsExactly(CloseCode.SLOW_CONSUMER);
        assertThat(slow.delivered).isEmpty();
    }

    @Test
    void closesAMemberWhosePagesCanNotBeRead() {
        RecordedConnection slow = join();
        slow.answering(Outcome.BEHIND);
        post("1");
        slow.resume();
        fixture.turn();
        backlog.fail();

        assertThat(slow.closes).containsExactly(CloseCode.INTERNAL_ERROR);
    }

    private double gauge(String name) {
        return fixture.registry.get(name).gauge().value();
    }

    private double count(String counter) {
        return fixture.registry.get(counter).counter().count();
    }

    private void join(int count) {
        for (int i = 0; i < count; i++) {
            join();
        }
    }

    private RecordedConnection join() {
        RecordedConnection connection = fixture.connection(FrameFormat.PLAIN, 0).separating(END);
        Membership member = DeliveryFixture.member(connection);
        connections.add(connection);
        memberships.put(connection, member);
        list.add(member);
        return connection;
    }

    private void leave(RecordedConnection connection) {
        connections.remove(connection);
        membership(connection).stop();
    }

    private Membership membership(RecordedConnection connection) {
        return memberships.get(connection);
    }

    /** A message whose seq is its text. */
    private void post(String text) {
        post(text, Long.parseLong(text));
    }

    private void postSignal(String text) {
        post(text, EncodedBatch.SIGNAL);
    }

    private void post(String text, long seq) {
        ByteBuf[] frames = {Unpooled.copiedBuffer(text + END, StandardCharsets.UTF_8)};
        post(new EncodedBatch(FrameFormat.PLAIN.bit(), frames, 1, seq, System.nanoTime()));
    }

    private void post(EncodedBatch batch) {
        batches.add(batch);
        list.post(batch);
        batch.release();
    }

    @Test
    void tellsOldMembersApartFromNewOnesByTheirRound() {
        join(2_048);
        post("1");
        List<RecordedConnection> late = new ArrayList<>();
        for (int i = 0; i < 2_048; i++) {
            late.add(join());
        }
        Collections.shuffle(late, new Random(1));
        late.subList(0, 1_000).forEach(this::leave);
        fixture.turn();

        assertThat(late).allSatisfy(c -> assertThat(c.delivered).isEmpty());
        assertThat(connections.subList(0, 2_048))
                .allSatisfy(c -> assertThat(c.delivered).containsExactly("1"));
    }
}
