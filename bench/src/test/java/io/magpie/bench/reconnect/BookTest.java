package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import org.junit.jupiter.api.Test;

class BookTest {
    private static final RoomId HALL = new RoomId("hall");

    private final Book book = new Book(new Window(0));

    @Test
    void whatWasAnsweredOkAndNobodyGotIsLost() {
        book.acknowledged(1, HALL, at("a", 1));
        book.acknowledged(2, HALL, at("a", 2));
        book.seen(Book.key(2));
        book.seen(Book.key(3));
        assertThat(book.faults().lost()).isEqualTo(1);
        assertThat(book.faults().ofDeliveries()).isZero();
    }

    @Test
    void somebodyLacksWhatWasAnsweredOkInTheSameLog() {
        book.acknowledged(1, HALL, at("a", 5));
        assertThat(book.lacks(HALL, at("a", 4))).isTrue();
        assertThat(book.lacks(HALL, at("a", 5))).isFalse();
        assertThat(book.lacks(HALL, at("b", 1))).isFalse();
        assertThat(book.lacks(new RoomId("other"), at("a", 1))).isFalse();
        assertThat(book.lacks(HALL, null)).isTrue();
    }

    @Test
    void anotherOnesMessageIsWrong() {
        book.seen(null);
        book.seen("x");
        assertThat(book.faults().wrong()).isEqualTo(2);
        assertThat(book.faults().witnesses()).hasSize(2);
    }

    @Test
    void whatWasSkippedIsCountedByMessages() {
        book.skipped(3, "client 1: seq 5 came after 1");
        book.repeated("client 1: seq 5 came again or too late");
        book.gap("client 2: gap from 1 to 9");
        assertThat(book.faults().ofDeliveries()).isEqualTo(5);
        assertThat(book.faults().witnesses()).hasSize(3);
    }

    private static Position at(String epoch, long seq) {
        return new Position(epoch, seq, Position.NO_TIME);
    }
}
