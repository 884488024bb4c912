package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Frames of envelopes. Whatever comes, there are envelopes or a {@link ProtocolException}; the short ways give what the long
 * ones give; what was read can be written and read again, and what a client sent can be delivered to everybody.
 *
 * <p>The first byte says what the rest is: 0, JSON; 1, CBOR; 2 and 3, the same of a server.
 */
public final class EnvelopeFuzz {
    private static final CommandReader JSON_READER = new CommandReader(Encoding.JSON);
    private static final FrameWriter<Event> STRICT = new FrameWriter<>(Encoding.JSON, EventFields::write);
    private static final Sender SENDER = new Sender(new UserId("u"), "n\u00e9");

    private EnvelopeFuzz() {}

    /** What comes of a frame: envelopes, or a refusal. */
    private record Outcome<T>(List<T> envelopes, String refusal) {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Encoding encoding = (bytes[0] & 1) == 0 ? Encoding.JSON : Encoding.CBOR;
        byte[] frame = Arrays.copyOfRange(bytes, 1, bytes.length);
        if ((bytes[0] & 2) == 0) {
            fromClient(encoding, frame);
        } else {
            fromServer(encoding, frame);
        }
    }

    private static void fromClient(Encoding encoding, byte[] frame) {
        Outcome<Request> outcome = outcome(() -> requests(encoding, frame));
        if (encoding == Encoding.JSON) {
            assertThat(outcome).as("as Jackson reads it").isEqualTo(outcome(() -> JSON_READER.strictly(frame)));
        }
        List<Request> good = new ArrayList<>(outcome.envelopes());
        good.removeIf(request -> request.command() instanceof Command.Invalid);
        if (good.isEmpty()) {
            return;
        }
        byte[] written = written(out -> new CommandWriter(encoding).write(good, out));
        assertThat(requests(encoding, written)).as("written and read again").isEqualTo(good);
        good.forEach(EnvelopeFuzz::deliver);
    }

    private static void fromServer(Encoding encoding, byte[] frame) {
        List<Event> events = outcome(() -> events(encoding, frame)).envelopes();
        if (events.isEmpty()) {
            return;
        }
        byte[] once = written(encoding, events);
        byte[] twice = written(encoding, events(encoding, once));
        assertThat(twice).as("written, read and written again").isEqualTo(once);
        if (encoding == Encoding.JSON) {
            assertThat(once).as("as Jackson writes it").isEqualTo(written(out -> STRICT.write(events, out)));
        }
    }

    /** What a client said reaches members of every kind. */
    private static void deliver(Request request) {
        if (request.command() instanceof Command.Send send) {
            RoomId room = new RoomId("r");
            Message message = new Message(room, 1, 2, SENDER, send.key(), send.kind(), send.body());
            Event accepted = new Event.Accepted(request.id(), room, new Position("e", 1, 2), false);
            reaches(List.of(new Event.Delivered(message), accepted));
            assertThat(PlainBody.of(send.body()).bytes()).isNotNull();
        } else if (request.command() instanceof Command.Signal signal) {
            reaches(List.of(new Event.Signalled(new RoomId("r"), SENDER, signal.body()), new Event.Pong(request.id())));
        }
    }

    private static void reaches(List<Event> events) {
        byte[] json = written(Encoding.JSON, events);
        assertThat(json).as("as Jackson writes it").isEqualTo(written(out -> STRICT.write(events, out)));
        assertThat(events(Encoding.JSON, json)).hasSameSizeAs(events);
        assertThat(events(Encoding.CBOR, written(Encoding.CBOR, events))).hasSameSizeAs(events);
    }

    private static <T> Outcome<T> outcome(Supplier<List<T>> reading) {
        try {
            List<T> envelopes = reading.get();
            assertThat(envelopes).isNotEmpty();
            return new Outcome<>(envelopes, "");
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).matches("[ -~]+");
            return new Outcome<>(List.of(), refused.code() + " " + refused.getMessage());
        }
    }

    private static List<Request> requests(Encoding encoding, byte[] frame) {
        return read(frame, new CommandReader(encoding)::read);
    }

    private static List<Event> events(Encoding encoding, byte[] frame) {
        return read(frame, new EventReader(encoding)::read);
    }

    private static byte[] written(Encoding encoding, List<Event> events) {
        return written(out -> new EventWriter(encoding).write(events, out));
    }

    private static <T> T read(byte[] frame, Function<ByteBuf, T> reader) {
        ByteBuf buffer = Unpooled.wrappedBuffer(frame);
        T read = reader.apply(buffer);
        assertThat(buffer.readableBytes()).as("the buffer is left as it was").isEqualTo(frame.length);
        return read;
    }

    private static byte[] written(Consumer<ByteBuf> writer) {
        ByteBuf buffer = Unpooled.buffer();
        writer.accept(buffer);
        return ByteBufUtil.getBytes(buffer);
    }
}
