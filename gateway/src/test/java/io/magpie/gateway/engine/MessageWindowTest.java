package io.magpie.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWindowTest {
    private static final RoomId ROOM = new RoomId("r");
    private static final int WEIGHT = message(1, 0).weight();

    @Test
    void isEmptyAtFirst() {
        MessageWindow window = new MessageWindow(10, 1_000_000);

        assertThat(window.size()).isZero();
        assertThat(window.head()).isZero();
        assertThat(window.first()).isEqualTo(1);
        assertThat(window.covers(0)).isTrue();
        assertThat(window.range(1, 10)).isEmpty();
        assertThat(window.page("e", query(-1, -1, 5))).isEqualTo(new Engine.Page("e", List.of(), false));
    }

    @Test
    void dropsTheOldestBeyondTheCount() {
        MessageWindow window = new MessageWindow(3, 1_000_000);

        fill(window, 1, 5, 0);

        assertThat(window.first()).isEqualTo(3);
        assertThat(window.head()).isEqualTo(5);
        assertThat(window.size()).isEqualTo(3);
        assertThat(window.covers(2)).isTrue();
        assertThat(window.covers(1)).isFalse();
    }

    @Test
    void dropsTheOldestBeyondTheBytes() {
        MessageWindow window = new MessageWindow(100, 3L * WEIGHT);

        fill(window, 1, 5, 0);

        assertThat(window.first()).isEqualTo(3);
    }

    @Test
    void keepsTheNewestHoweverLargeItIs() {
        MessageWindow window = new MessageWindow(100, 3L * WEIGHT);
        fill(window, 1, 3, 0);

        window.add(message(4, 10 * WEIGHT));

        assertThat(window.first()).isEqualTo(4);
        assertThat(window.get(4).body().bytes()).hasSize(10 * WEIGHT);
        window.add(message(5, 0));
        assertThat(window.first()).isEqualTo(5);
    }

    @Test
    void continuesALog() {
        MessageWindow window = new MessageWindow(10, 1_000_000);

        window.startAfter(41);
        window.add(message(42, 0));

        assertThat(window.first()).isEqualTo(42);
        assertThat(window.covers(41)).isTrue();
        assertThat(window.covers(40)).isFalse();
        assertThat(window.get(42).seq()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 4, 7})
    void refusesAMessageOutOfOrder(long seq) {
        MessageWindow window = new MessageWindow(10, 1_000_000);
        fill(window, 1, 2, 0);

        assertThatThrownBy(() -> window.add(message(seq, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("doesn't follow 2");
        assertThat(window.head()).isEqualTo(2);
    }

    @Test
    void refusesToGiveWhatIsNotKept() {
        MessageWindow window = new MessageWindow(2, 1_000_000);
        fill(window, 1, 5, 0);

        for (long seq : new long[] {0, 3, 6, -1}) {
            assertThatThrownBy(() -> window.get(seq)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void saysThatAPageMayGoOnBelowTheWindow() {
        MessageWindow window = new MessageWindow(10, 1_000_000);
        fill(window, 1, 30, 0);

        // Messages 21 to 30 are here. Whether there is something below 21 is for the whole log to say.
        assertThat(window.covers(query(-1, -1, 9))).isTrue();
        assertThat(window.covers(query(-1, -1, 10))).isFalse();
        assertThat(window.covers(query(25, -1, 3))).isTrue();
        assertThat(window.covers(query(25, -1, 4))).isFalse();
        assertThat(window.covers(query(1_000, -1, 10))).isFalse();
        assertThat(window.covers(query(1_000, -1, 9))).isTrue();
        assertThat(window.covers(query(5, -1, 1))).isFalse();
        assertThat(window.covers(query(-1, 20, 5))).isTrue();
        assertThat(window.covers(query(-1, 19, 5))).isFalse();
        assertThat(window.covers(query(-1, 1_000, 5))).isTrue();
    }

    /** Any run of additions with any bounds leaves what a plain list of all messages would give. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAListOfTheNewest(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 40; run++) {
            int maxMessages = 1 + random.nextInt(40);
            long maxBytes = (long) WEIGHT + random.nextInt(20 * WEIGHT);
            MessageWindow window = new MessageWindow(maxMessages, maxBytes);
            long start = random.nextBoolean() ? 0 : random.nextInt(1_000);
            window.startAfter(start);
            List<Message> all = new ArrayList<>();
            int count = random.nextInt(120);
            for (int i = 1; i <= count; i++) {
                Message message = message(start + i, random.nextInt(WEIGHT));
                all.add(message);
                window.add(message);
                check(window, start, kept(all, maxMessages, maxBytes), random);
            }
        }
    }

    private static void check(MessageWindow window, long start, List<Message> kept, Random random) {
        long head = kept.get(kept.size() - 1).seq();
        long first = kept.get(0).seq();
        assertThat(window.size()).isEqualTo(kept.size());
        assertThat(window.head()).isEqualTo(head);
        assertThat(window.first()).isEqualTo(first);
        long from = start - 2 + random.nextInt(60);
        long to = from - 1 + random.nextInt(60);
        assertThat(window.range(from, to)).isEqualTo(select(kept, from, to));
        int limit = 1 + random.nextInt(30);
        long edge = Math.max(0, from);
        List<Message> below = select(kept, 0, edge - 1);
        Engine.Page before = window.page("e", query(edge, -1, limit));
        assertThat(before.messages()).isEqualTo(below.subList(Math.max(0, below.size() - limit), below.size()));
        assertThat(before.more()).isEqualTo(below.size() > limit);
        List<Message> above = select(kept, edge + 1, Long.MAX_VALUE);
        Engine.Page after = window.page("e", query(-1, edge, limit));
        assertThat(after.messages()).isEqualTo(above.subList(0, Math.min(limit, above.size())));
        assertThat(after.more()).isEqualTo(above.size() > limit);
    }

    private static List<Message> kept(List<Message> all, int maxMessages, long maxBytes) {
        int from = all.size() - 1;
        long bytes = all.get(from).weight();
        while (from > 0
                && all.size() - from < maxMessages
                && bytes + all.get(from - 1).weight() <= maxBytes) {
            bytes += all.get(--from).weight();
        }
        return all.subList(from, all.size());
    }

    private static List<Message> select(List<Message> messages, long from, long to) {
        return messages.stream().filter(m -> m.seq() >= from && m.seq() <= to).toList();
    }

    private static void fill(MessageWindow window, long from, long to, int bytes) {
        for (long seq = from; seq <= to; seq++) {
            window.add(message(seq, bytes));
        }
    }

    private static Message message(long seq, int bytes) {
        return new Message(
                ROOM, seq, 1_000 + seq, new Sender(new UserId("a"), null), null, null, new Body.Text(new byte[bytes]));
    }

    private static Command.History query(long before, long after, int limit) {
        return new Command.History(ROOM, before, after, limit);
    }
}
