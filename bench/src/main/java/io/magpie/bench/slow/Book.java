package io.magpie.bench.slow;

import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the room said: which message has which seq, and the frames in which it came. A server that encodes a batch once
 * sends the same bytes to all members; such a frame is read once, and for the others recognised by comparing every byte,
 * so that the load costs less than the server. Members that catch up may get the same messages in other frames; those
 * have to agree with what is known.
 *
 * <p>Owner: the loop of the {@link Crowd}.
 */
final class Book {
    /** Different frames that may begin with the same message. Pages of those who catch up rarely begin alike. */
    private static final int VARIANTS = 4;

    private static final long UNKNOWN = -1;

    private final Text text;
    private final long[] numbers;
    private final @Nullable Frame[] frames;
    private final BitSet seen;

    /** A frame with messages {@code first} to {@code last}, and another that begins with the same one. */
    private record Frame(
            ByteBuf bytes,
            long first,
            long last,
            int variants,
            @Nullable Frame other) {}

    /** @param messages how many will be sent; they get the seqs 1, 2, 3 … */
    Book(Text text, int messages) {
        this.text = text;
        this.numbers = new long[messages + 1];
        this.frames = new @Nullable Frame[messages + 1];
        this.seen = new BitSet(messages);
        Arrays.fill(numbers, UNKNOWN);
    }

    /**
     * If a buffer begins with a frame that is known to begin with message {@code seq}, skips it.
     *
     * @return the seq of the frame's last message, or 0 if it isn't known (or not whole)
     */
    long skip(ByteBuf in, long seq) {
        Frame frame = seq > 0 && seq < frames.length ? frames[(int) seq] : null;
        for (; frame != null; frame = frame.other()) {
            int length = frame.bytes().readableBytes();
            if (in.readableBytes() >= length && ByteBufUtil.equals(in, in.readerIndex(), frame.bytes(), 0, length)) {
                in.skipBytes(length);
                return frame.last();
            }
        }
        return 0;
    }

    /**
     * Checks a message that was read from a frame, and remembers which one it is.
     *
     * @return what is wrong with it, empty if it is right
     */
    String check(Message message) {
        long number = text.number(message.body().bytes());
        long seq = message.seq();
        if (number == Text.FOREIGN || number >= numbers.length - 1) {
            return "seq " + seq + " isn't a message of this run, or was changed";
        }
        if (seq >= numbers.length) {
            return "seq " + seq + " is higher than messages were sent";
        }
        if (numbers[(int) seq] == UNKNOWN) {
            if (seen.get((int) number)) {
                return "message " + number + " has a second seq, " + seq;
            }
            seen.set((int) number);
            numbers[(int) seq] = number;
        }
        return numbers[(int) seq] == number ? "" : "seq " + seq + " is another message for some";
    }

    /** Remembers a frame of checked messages, so that {@link #skip} knows it. The buffer is copied. */
    void learn(ByteBuf frame, List<Message> messages) {
        long first = messages.get(0).seq();
        long last = first + messages.size() - 1;
        Frame known = frames[(int) first];
        Frame kept = known == null || known.variants() >= VARIANTS ? null : known;
        ByteBuf copy = Unpooled.wrappedBuffer(ByteBufUtil.getBytes(frame));
        frames[(int) first] = new Frame(copy, first, last, kept == null ? 1 : kept.variants() + 1, kept);
    }

    /** Which message has a seq that was {@link #check checked}. */
    long number(long seq) {
        return numbers[(int) seq];
    }

    /** How many different messages have come. */
    int distinct() {
        return seen.cardinality();
    }

    /** The messages of a frame if it holds nothing else and they follow each other, else none. */
    static List<Message> run(List<Event> events) {
        List<Message> messages = events.stream()
                .filter(Event.Delivered.class::isInstance)
                .map(event -> ((Event.Delivered) event).message())
                .toList();
        for (int i = 1; i < messages.size(); i++) {
            if (messages.get(i).seq() != messages.get(0).seq() + i) {
                return List.of();
            }
        }
        return messages.size() == events.size() ? messages : List.of();
    }
}
