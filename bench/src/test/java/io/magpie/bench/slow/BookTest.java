package io.magpie.bench.slow;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.protocol.Body;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BookTest {
    private final Text text = new Text(64, 7);
    private final Book book = new Book(text, 10);

    @Test
    void aKnownFrameIsSkippedWherePlaceAndEveryByteAgree() {
        book.learn(frame("one"), List.of(message(1, 0), message(2, 1)));
        ByteBuf in = frame("one and more");
        assertThat(book.skip(in, 2)).isZero();
        assertThat(book.skip(frame("One"), 1)).isZero();
        assertThat(book.skip(frame("on"), 1)).isZero();
        assertThat(book.skip(in, 1)).isEqualTo(2);
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(" and more");
    }

    @Test
    void theSameMessagesMayComeInDifferentFrames() {
        book.learn(frame("live"), List.of(message(1, 0)));
        book.learn(frame("page"), List.of(message(1, 0), message(2, 1)));
        assertThat(book.skip(frame("live"), 1)).isEqualTo(1);
        assertThat(book.skip(frame("page"), 1)).isEqualTo(2);
    }

    @Test
    void everySeqIsOneMessageAndEveryMessageOneSeq() {
        assertThat(book.check(message(1, 3))).isEmpty();
        assertThat(book.check(message(1, 3))).isEmpty();
        assertThat(book.check(message(1, 4))).contains("another message for some");
        assertThat(book.check(message(2, 3))).contains("second seq");
        assertThat(book.number(1)).isEqualTo(3);
        assertThat(book.distinct()).isEqualTo(1);
    }

    @Test
    void whatThisRunDidNotSendIsTold() {
        assertThat(book.check(message(11, 9))).contains("higher than");
        assertThat(book.check(message(1, 10))).contains("isn't a message of this run");
        byte[] changed = text.of(1);
        changed[40]++;
        assertThat(book.check(message(1, changed))).contains("was changed");
        assertThat(book.check(message(1, new Text(64, 8).of(1)))).contains("isn't a message of this run");
    }

    @Test
    void onlyWholeRunsOfMessagesAreLearnt() {
        Event first = new Event.Delivered(message(1, 0));
        Event second = new Event.Delivered(message(2, 1));
        Event fourth = new Event.Delivered(message(4, 3));
        assertThat(Book.run(List.of(first, second))).hasSize(2);
        assertThat(Book.run(List.of(first, fourth))).isEmpty();
        assertThat(Book.run(List.of(first, new Event.Pong(null)))).isEmpty();
    }

    @Test
    void aTextHoldsItsNumber() {
        assertThat(text.number(text.of(0))).isZero();
        assertThat(text.number(text.of(123_456_789_012L))).isEqualTo(123_456_789_012L);
        assertThat(new String(text.of(255), StandardCharsets.US_ASCII)).startsWith("\"00000000000000ff");
    }

    private Message message(long seq, long number) {
        return message(seq, text.of(number));
    }

    private static Message message(long seq, byte[] json) {
        Sender sender = new Sender(new UserId("user"), null);
        return new Message(new RoomId("room"), seq, 1, sender, null, null, new Body.Json(json));
    }

    private static ByteBuf frame(String bytes) {
        return Unpooled.wrappedBuffer(bytes.getBytes(StandardCharsets.US_ASCII));
    }
}
