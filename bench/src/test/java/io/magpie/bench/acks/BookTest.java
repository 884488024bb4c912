package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import org.junit.jupiter.api.Test;

/** Publishers 0 and 2 are in room 0, publisher 1 in room 1. */
class BookTest {
    private final Book book = new Book(new AcksPlan.Crowd(3, 2, 32));

    @Test
    void takesWhatIsRight() {
        long first = book.sent(0, 0, 0);
        long second = book.sent(1, 0, 0);
        long third = book.sent(2, 0, 0);
        assertThat(book.outstanding()).isEqualTo(3);
        assertThat(book.answered(2, ok(third, 2), 0)).isTrue();
        assertThat(book.answered(0, ok(first, 1), 0)).isTrue();
        assertThat(book.answered(1, ok(second, 1), 0)).isTrue();
        book.settle(0);
        assertThat(book.outstanding()).isZero();
        assertThat(book.oks()).isEqualTo(3);
        assertThat(book.faults()).as(book.witnesses().toString()).isZero();
    }

    @Test
    void countsLatencyFromWhenAMessageWasDue() {
        book.recordFrom(1_000_000);
        book.answered(0, ok(book.sent(0, 999_999, 1_000_000), 1), 9_000_000);
        book.answered(0, ok(book.sent(0, 1_000_000, 3_000_000), 2), 5_000_000);
        assertThat(book.latencies().getTotalCount()).isEqualTo(1);
        assertThat(book.latencies().getMaxValue()).isBetween(4_000_000L, 4_010_000L);
        assertThat(book.lags().getMaxValue()).isBetween(2_000_000L, 2_010_000L);
    }

    @Test
    void findsASecondAnswer() {
        long message = book.sent(0, 0, 0);
        book.answered(0, ok(message, 1), 0);
        assertThat(book.answered(0, ok(message, 2), 0)).isFalse();
        assertThat(book.witnesses()).containsExactly("publisher 0: a second ok for message 0");
        assertThat(book.outstanding()).isZero();
    }

    @Test
    void findsAnAnswerToWhatNobodySaid() {
        long message = book.sent(0, 0, 0);
        assertThat(book.answered(0, ok(message + 1, 1), 0)).isFalse();
        assertThat(book.answered(1, ok(message, 1), 0)).isFalse();
        assertThat(book.answered(0, new Event.Accepted(null, new RoomId("r"), position(1), false), 0))
                .isFalse();
        assertThat(book.faults()).isEqualTo(3);
    }

    @Test
    void findsASeqThatIsGivenOutTwice() {
        book.answered(0, ok(book.sent(0, 0, 0), 1), 0);
        assertThat(book.answered(2, ok(book.sent(2, 0, 0), 1), 0)).isFalse();
        assertThat(book.witnesses()).containsExactly("room 0: seq 1 was given out twice");
    }

    @Test
    void findsAHoleInARoom() {
        book.answered(0, ok(book.sent(0, 0, 0), 1), 0);
        book.answered(0, ok(book.sent(0, 0, 0), 3), 0);
        book.settle(0);
        assertThat(book.witnesses()).containsExactly("room 0: nobody was given seq 2");
    }

    @Test
    void findsAPublishersMessagesOutOfOrder() {
        long first = book.sent(0, 0, 0);
        long second = book.sent(0, 0, 0);
        book.answered(0, ok(first, 2), 0);
        assertThat(book.answered(0, ok(second, 1), 0)).isFalse();
        assertThat(book.witnesses()).containsExactly("publisher 0: message 1 has seq 1, out of order");
    }

    @Test
    void findsAMessageThatIsTakenForARepetition() {
        long message = book.sent(0, 0, 0);
        Event.Accepted ok = new Event.Accepted(new RequestId.Number(message), new RoomId("r"), position(1), true);
        assertThat(book.answered(0, ok, 0)).isFalse();
    }

    @Test
    void chargesWhatWasNeverAnsweredWithTheTimeThatWasWaited() {
        book.recordFrom(0);
        book.sent(0, 0, 0);
        book.settle(7_000_000);
        assertThat(book.witnesses()).containsExactly("1 messages were never answered");
        assertThat(book.latencies().getMaxValue()).isBetween(7_000_000L, 7_010_000L);
    }

    @Test
    void beginsAnewButKnowsTheRooms() {
        long before = book.sent(0, 0, 0);
        book.answered(0, ok(before, 1), 0);
        book.begin();
        long message = book.sent(0, 0, 0);
        assertThat(message).isEqualTo(before + 1);
        assertThat(book.answered(0, ok(before, 2), 0)).isFalse();
        assertThat(book.answered(0, ok(message, 2), 0)).isTrue();
        assertThat(book.sent()).isEqualTo(1);
        assertThat(book.faults()).isEqualTo(1);
    }

    @Test
    void holdsAnyNumberOfMessages() {
        for (int i = 0; i < 10_000; i++) {
            book.answered(0, ok(book.sent(0, 0, 0), i + 1), 0);
        }
        book.settle(0);
        assertThat(book.oks()).isEqualTo(10_000);
        assertThat(book.faults()).isZero();
    }

    private static Event.Accepted ok(long message, long seq) {
        return new Event.Accepted(new RequestId.Number(message), new RoomId("r"), position(seq), false);
    }

    private static Position position(long seq) {
        return new Position("e", seq, 1);
    }
}
