package io.magpie.bench.jmh;

import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.CommandWriter;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/** What the benchmarks send and deliver: messages with 128 bytes of text. Stateless. */
final class Samples {
    static final RoomId ROOM = new RoomId("lobby");
    static final Sender SENDER = new Sender(new UserId("guest-7f3a21c0"), null);

    private static final long FIRST_AT = 1_750_000_000_000L;
    private static final int TEXT = 128;

    /** RFC 8949: a text string whose length is in the next byte. */
    private static final byte CBOR_TEXT = 0x78;

    private Samples() {}

    /** The frame of a {@code send}, as a client writes it; for the caller to release. */
    static ByteBuf send(Encoding encoding) {
        return send(encoding, body(encoding));
    }

    /** The same with an object that holds about as many bytes of Chinese; for the caller to release. */
    static ByteBuf chinese(Encoding encoding) {
        String object = "{\"text\":\"" + "今晚八点鹊桥见，".repeat(5) + "\",\"mentions\":[]}";
        return send(encoding, new Body.Json(object.getBytes(StandardCharsets.UTF_8)));
    }

    /** The {@code ok} to such a {@code send}. */
    static Event accepted() {
        return new Event.Accepted(new RequestId.Number(1), ROOM, new Position("7f3a21c0", 1, FIRST_AT), false);
    }

    private static ByteBuf send(Encoding encoding, Body body) {
        Command send = new Command.Send(new Command.ToRoom(ROOM), "7f3a21c0-1", null, Priority.NORMAL, body);
        ByteBuf out = Unpooled.buffer();
        new CommandWriter(encoding).write(new Request(new RequestId.Number(1), send), out);
        return out;
    }

    /** So many messages in their order, as a room hands them to delivery, with the body of a client of this encoding. */
    static List<Event.Delivered> delivered(Encoding encoding, int messages) {
        Body body = body(encoding);
        return LongStream.rangeClosed(1, messages)
                .mapToObj(seq ->
                        new Event.Delivered(new Message(ROOM, seq, FIRST_AT + seq, SENDER, "7f3a21c0-1", null, body)))
                .toList();
    }

    private static Body body(Encoding encoding) {
        String text = "x".repeat(TEXT);
        return switch (encoding) {
            case JSON -> new Body.Json(ascii('"' + text + '"'));
            case CBOR -> {
                byte[] bytes = ascii("  " + text);
                bytes[0] = CBOR_TEXT;
                bytes[1] = (byte) TEXT;
                yield new Body.Cbor(bytes);
            }
            case PLAIN -> new Body.Text(ascii(text));
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
