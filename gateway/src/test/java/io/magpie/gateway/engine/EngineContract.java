package io.magpie.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What {@link Engine} promises, for every engine: a test class of an engine extends this one. */
public abstract class EngineContract extends EngineHarness {
    @Test
    void beginsAFreshRoomAtZero() {
        Engine.Subscription subscription = subscribe(room);

        assertThat(subscription.head().seq()).isZero();
        assertThat(subscription.head().epoch()).isNotEmpty();
        assertThat(subscription.recent()).isEmpty();
    }

    @Test
    void numbersMessagesFromOneWithoutHoles() {
        String epoch = subscribe(room).head().epoch();

        List<Appended> outcomes = new ArrayList<>();
        outcomes.addAll(append(room, draft("a", null, "1")));
        outcomes.addAll(append(room, draft("b", null, "2"), draft("a", null, "3")));

        assertThat(seqs(outcomes)).containsExactly(1L, 2L, 3L);
        assertThat(outcomes)
                .extracting(outcome -> ((Appended.Stored) outcome).position().epoch())
                .containsOnly(epoch);
        assertThat(announced.take(room, 3)).extracting(Message::seq).containsExactly(1L, 2L, 3L);
    }

    @Test
    void announcesWhatWasSaidAsItWasSaid() {
        subscribe(room);
        Sender sender = new Sender(new UserId("lin"), "Lin");
        Draft draft = new Draft(sender, "k-1", "poll", new Body.Binary(new byte[] {0, -1, 7}), 42);

        Appended.Stored stored = (Appended.Stored) append(room, draft).get(0);

        assertThat(stored.duplicate()).isFalse();
        assertThat(announced.take(room, 1))
                .containsExactly(new Message(room, 1, stored.position().at(), sender, "k-1", "poll", draft.body()));
    }

    @Test
    void answersEachDraftInItsPlace() {
        subscribe(room);
        append(room, draft("a", "used", "1"));

        List<Appended> outcomes = append(
                room,
                draft("a", null, "2"),
                draft("a", "used", "other"),
                draft("a", "used", "1"),
                draft("a", null, "3"));

        assertThat(outcomes).hasSize(4);
        assertThat(outcomes.get(0)).isInstanceOf(Appended.Stored.class);
        assertThat(outcomes.get(1)).isInstanceOf(Appended.Refused.class);
        assertThat(outcomes.get(2)).isInstanceOf(Appended.Stored.class);
        assertThat(seqs(List.of(outcomes.get(0), outcomes.get(2), outcomes.get(3))))
                .containsExactly(2L, 1L, 3L);
    }

    @Test
    void announcesInTheOrderOfAppending() {
        subscribe(room);
        List<CompletableFuture<List<Appended>>> answers = new ArrayList<>();
        CompletableFuture.runAsync(
                        () -> IntStream.range(0, 50)
                                .forEach(batch -> answers.add(appending(room, batch(batch * 4, 4)))),
                        shard)
                .join();

        assertThat(answers).allSatisfy(answer -> assertThat(await(answer)).hasSize(4));
        List<Message> messages = announced.take(room, 200);
        assertThat(messages)
                .extracting(Message::seq)
                .isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(messages)
                .extracting(message -> text(message.body()))
                .isEqualTo(IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    }

    @Test
    void takesWhatIsAppendedBeforeTheSubscriptionIsReady() {
        CompletableFuture<Engine.Subscription> ready = new CompletableFuture<>();
        CompletableFuture<List<Appended>> done = CompletableFuture.supplyAsync(
                        () -> {
                            engine().subscribe(room, announced, ready::complete, EngineHarness::unexpected);
                            return appending(room, List.of(draft("a", null, "early")));
                        },
                        shard)
                .join();

        assertThat(seqs(await(done))).containsExactly(1L);
        long known = await(ready).head().seq();
        assertThat(announced.take(room, (int) (1 - known))).hasSize((int) (1 - known));
    }

    @Test
    void keepsRoomsApart() {
        RoomId other = new RoomId(room.value() + "-other");
        subscribe(room);
        subscribe(other);

        assertThat(seqs(append(room, draft("a", null, "1")))).containsExactly(1L);
        assertThat(seqs(append(other, draft("a", null, "2")))).containsExactly(1L);
        assertThat(seqs(append(room, draft("a", null, "3")))).containsExactly(2L);

        assertThat(announced.take(room, 2)).extracting(m -> text(m.body())).containsExactly("1", "3");
        assertThat(announced.take(other, 1)).extracting(m -> text(m.body())).containsExactly("2");
        assertThat(newest(room, 10).messages())
                .allMatch(message -> message.room().equals(room));
    }

    @Test
    void answersARetryWithTheFirstPosition() {
        subscribe(room);
        Position first = position(append(room, draft("a", "k", "hello")));
        clock.advance(Duration.ofMinutes(9));

        Appended again = append(room, draft("a", "k", "hello")).get(0);

        assertThat(again).isEqualTo(new Appended.Stored(first, true));
        append(room, draft("a", null, "next"));
        assertThat(announced.take(room, 2)).extracting(m -> text(m.body())).containsExactly("hello", "next");
    }

    @Test
    void findsARetryInTheSameBatch() {
        subscribe(room);

        List<Appended> outcomes = append(room, draft("a", "k", "x"), draft("a", "k", "x"), draft("a", null, "y"));

        Position first = ((Appended.Stored) outcomes.get(0)).position();
        assertThat(outcomes.get(1)).isEqualTo(new Appended.Stored(first, true));
        assertThat(seqs(outcomes)).containsExactly(1L, 1L, 2L);
        assertThat(announced.take(room, 2)).hasSize(2);
        assertThat(newest(room, 10).messages()).hasSize(2);
    }

    @Test
    void refusesAKeyWithOtherContent() {
        subscribe(room);
        append(room, draft("a", "k", "x"));
        Sender a = new Sender(new UserId("a"), null);

        List<Appended> outcomes = append(
                room,
                draft("a", "k", "y"),
                new Draft(a, "k", "kind", new Body.Text(utf8("x")), 0),
                new Draft(a, "k", null, new Body.Binary(utf8("x")), 0),
                draft("a", null, "next"));

        assertThat(outcomes.subList(0, 3))
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Appended.Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.KEY_CONFLICT)));
        // What is refused takes no number.
        assertThat(seqs(outcomes.subList(3, 4))).containsExactly(2L);
    }

    @Test
    void forgetsAKeyAfterTheWindow() {
        subscribe(room);
        append(room, draft("a", "k", "x"));
        clock.advance(Duration.ofMinutes(10).plusSeconds(1));

        assertThat(seqs(append(room, draft("a", "k", "x")))).containsExactly(2L);
        assertThat(seqs(append(room, draft("a", "k", "x")))).containsExactly(2L);
    }

    @Test
    void takesTheKeyOfAnotherUserOrRoomForAnotherKey() {
        RoomId other = new RoomId(room.value() + "-other");
        subscribe(room);
        subscribe(other);

        append(room, draft("a", "k", "x"));

        assertThat(append(room, draft("b", "k", "y"))).allMatch(EngineHarness::isNew);
        assertThat(append(other, draft("a", "k", "z"))).allMatch(EngineHarness::isNew);
    }

    @Test
    void neverTakesDraftsWithoutAKeyForRetries() {
        subscribe(room);

        assertThat(append(room, draft("a", null, "x"), draft("a", null, "x"))).allMatch(EngineHarness::isNew);
    }

    @Test
    void neverLetsTheTimeOfARoomGoBack() {
        subscribe(room);
        long before = position(append(room, draft("a", null, "1"))).at();
        clock.setBack(Duration.ofHours(1));
        long during = position(append(room, draft("a", null, "2"))).at();
        clock.advance(Duration.ofHours(2));
        long after = position(append(room, draft("a", null, "3"))).at();

        assertThat(during).isGreaterThanOrEqualTo(before);
        assertThat(after).isGreaterThan(during);
        assertThat(announced.take(room, 3)).extracting(Message::at).containsExactly(before, during, after);
    }

    @Test
    void givesAnEmptyPageOfAnEmptyRoom() {
        String epoch = subscribe(room).head().epoch();

        assertThat(newest(room, 10)).isEqualTo(new Engine.Page(epoch, List.of(), false));
        assertThat(before(1, 10)).isEqualTo(new Engine.Page(epoch, List.of(), false));
        assertThat(after(0, 10)).isEqualTo(new Engine.Page(epoch, List.of(), false));
    }

    @Test
    void givesTheNewestPage() {
        fill(20);

        assertPage(newest(room, 5), 16, 20, true);
        assertPage(newest(room, 19), 2, 20, true);
        assertPage(newest(room, 20), 1, 20, false);
        assertPage(newest(room, 100), 1, 20, false);
    }

    @Test
    void givesPagesBefore() {
        fill(20);

        assertPage(before(16, 5), 11, 15, true);
        assertPage(before(6, 5), 1, 5, false);
        assertPage(before(3, 5), 1, 2, false);
        assertPage(before(2, 1), 1, 1, false);
        assertPage(before(21, 5), 16, 20, true);
        assertPage(before(1_000, 5), 16, 20, true);
        assertThat(before(1, 5).messages()).isEmpty();
        assertThat(before(1, 5).more()).isFalse();
    }

    @Test
    void givesPagesAfter() {
        fill(20);

        assertPage(after(0, 5), 1, 5, true);
        assertPage(after(14, 5), 15, 19, true);
        assertPage(after(15, 5), 16, 20, false);
        assertPage(after(19, 5), 20, 20, false);
        assertThat(after(20, 5).messages()).isEmpty();
        assertThat(after(20, 5).more()).isFalse();
        assertThat(after(1_000, 5).messages()).isEmpty();
    }

    @Test
    void walksTheWholeLogInBothDirections() {
        fill(100);
        Random random = new Random(7);
        List<Long> forwards = new ArrayList<>();
        boolean more = true;
        while (more) {
            Engine.Page page = after(forwards.size(), 1 + random.nextInt(20));
            page.messages().forEach(message -> forwards.add(message.seq()));
            more = page.more();
        }
        List<Long> backwards = new ArrayList<>();
        more = true;
        while (more) {
            Engine.Page page = before(101 - backwards.size(), 1 + random.nextInt(20));
            backwards.addAll(0, page.messages().stream().map(Message::seq).toList());
            more = page.more();
        }

        List<Long> all = LongStream.rangeClosed(1, 100).boxed().toList();
        assertThat(forwards).isEqualTo(all);
        assertThat(backwards).isEqualTo(all);
    }

    @Test
    void continuesOrBeginsANewEpochWhenSubscribedAgain() {
        Position old = subscribe(room).head();
        fill(5);
        CompletableFuture.runAsync(() -> engine().unsubscribe(room), shard).join();

        Engine.Subscription again = subscribe(room);

        if (again.head().epoch().equals(old.epoch())) {
            assertThat(again.head().seq()).isEqualTo(5);
            assertThat(again.recent()).extracting(Message::seq).endsWith(5L);
            assertThat(again.head().at())
                    .isEqualTo(again.recent().get(again.recent().size() - 1).at());
        } else {
            assertThat(again.head().seq()).isZero();
            assertThat(again.recent()).isEmpty();
        }
        assertThat(seqs(append(room, draft("a", null, "next"))))
                .containsExactly(again.head().seq() + 1);
    }

    @Test
    void takesCallsFromItsOwnCallbacks() {
        subscribe(room);
        CompletableFuture<List<Appended>> second = new CompletableFuture<>();
        CompletableFuture.runAsync(
                        () -> engine().append(
                                        room,
                                        List.of(draft("a", null, "1")),
                                        first -> engine().append(
                                                        room, List.of(draft("a", null, "2")), second::complete)),
                        shard)
                .join();

        assertThat(seqs(await(second))).containsExactly(2L);
        assertThat(announced.take(room, 2)).extracting(Message::seq).containsExactly(1L, 2L);
    }

    @Test
    void isSilentAfterClosing() throws Exception {
        subscribe(room);
        append(room, draft("a", null, "1"));
        announced.take(room, 1);
        checkHistory();

        CompletableFuture.runAsync(
                        () -> {
                            engine().close();
                            engine().unsubscribe(room);
                        },
                        shard)
                .join();

        assertThat(announced.queue(room)).isEmpty();
    }
}
