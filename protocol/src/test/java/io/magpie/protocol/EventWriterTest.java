package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventWriterTest {
    private static final String HEAD =
            "{\"type\":\"message\",\"room\":\"r\",\"seq\":1,\"at\":2,\"from\":{\"id\":\"u\"},";

    @ParameterizedTest
    @ValueSource(strings = {"1.50e-07", "{ \"a\" : \"\\u0041\\/\" }", "\"大厅 👋\"", "null"})
    void splicesJsonDataByteForByte(String data) {
        assertThat(json(new Body.Json(Frames.utf8(data)))).isEqualTo(HEAD + "\"data\":" + data + "}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7_950, 8_000, 8_001, 20_000, 300_000})
    void splicesDataOfAnySize(int size) {
        Body json = new Body.Json(Frames.utf8("\"" + "x".repeat(size) + "\""));
        Body cbor = ((Command.Send) Frames.requests(Encoding.CBOR, send(Encoding.CBOR, json))
                        .get(0)
                        .command())
                .body();
        List<Event> events = List.of(delivered(json), new Event.Pong(null), delivered(json));
        List<Event> cborEvents = List.of(delivered(cbor), new Event.Pong(null), delivered(cbor));

        assertThat(Frames.events(Encoding.JSON, Frames.events(Encoding.JSON, events)))
                .isEqualTo(events);
        assertThat(Frames.events(Encoding.CBOR, Frames.events(Encoding.CBOR, cborEvents)))
                .isEqualTo(cborEvents);
    }

    /** The generator isn't told of the value that is put behind {@code data}, so what follows must be sound. */
    @Test
    void splicesCborDataInTheMiddleOfArrays() {
        Body data = new Body.Cbor(Frames.hex("82 01 a1 61 61 f6"));
        Message message = new Message(new RoomId("r"), 1, 2, new Sender(new UserId("u"), null), null, null, data);
        List<Event> events = List.of(
                new Event.HistoryPage(new RequestId.Number(1), message.room(), "e", List.of(message, message), false),
                new Event.Delivered(message),
                new Event.Signalled(message.room(), message.from(), data),
                new Event.Done(null));

        assertThat(Frames.events(Encoding.CBOR, Frames.events(Encoding.CBOR, events)))
                .isEqualTo(events);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "f6 | null",
                "f7 | null",
                "f5 | true",
                "20 | -1",
                "1b ffff ffff ffff ffff | 18446744073709551615",
                "3b ffff ffff ffff ffff | -18446744073709551616",
                "f9 3e00 | 1.5",
                "fa 3dcccccd | 0.1",
                "fb 3fb999999999999a | 0.1",
                "63 e5a4a7 | \"大\"",
                "62 0a22 | \"\\n\\\"\"",
                "7f 61 61 61 62 ff | \"ab\"",
                "43 000102 | \"AAEC\"",
                "5f 41 00 42 0102 ff | \"AAEC\"",
                "d9 d9f7 c1 01 | 1",
                "82 01 9f 02 ff | [1,[2]]",
                "a1 61 61 bf ff | {\"a\":{}}"
            })
    void tellsCborInJson(String cbor, String json) {
        assertThat(json(new Body.Cbor(Frames.hex(cbor)))).isEqualTo(HEAD + "\"data\":" + json + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | f6",
                "7 | 07",
                "-9223372036854775808 | 3b 7fffffffffffffff",
                "12345678901234567890 | fb 43e56a95319d63e1",
                "1e2 | fb 4059000000000000",
                "0.1 | fb 3fb999999999999a",
                "\"大\" | 63 e5a4a7",
                "[1,[]] | 9f 01 9f ff ff",
                "{\"a\":true} | bf 61 61 f5 ff"
            })
    void tellsJsonInCbor(String json, String cbor) {
        Event event = delivered(new Body.Json(Frames.utf8(json)));

        List<Event> read = Frames.events(Encoding.CBOR, Frames.events(Encoding.CBOR, List.of(event)));

        assertThat(read).containsExactly(delivered(new Body.Cbor(Frames.hex(cbor))));
    }

    @Test
    void tellsTextOfPlainClientsAsAString() {
        Body text = new Body.Text(Frames.utf8("a\"\\\n\u0000大👋"));

        assertThat(json(text)).isEqualTo(HEAD + "\"data\":\"a\\\"\\\\\\n\\u0000大👋\"}");
        assertThat(Frames.events(Encoding.CBOR, Frames.events(Encoding.CBOR, List.of(delivered(text)))))
                .containsExactly(delivered(new Body.Cbor(Frames.hex("6c 61225c0a00 e5a4a7 f09f918b"))));
    }

    @Test
    void tellsBinaryInBase64OrAsItIs() {
        Body binary = new Body.Binary(Frames.hex("00fbff"));

        assertThat(json(binary)).isEqualTo(HEAD + "\"binary\":\"APv/\"}");
        assertThat(Frames.events(Encoding.CBOR, Frames.events(Encoding.CBOR, List.of(delivered(binary)))))
                .containsExactly(delivered(binary));
    }

    @ParameterizedTest
    @EnumSource(
            value = Encoding.class,
            names = {"JSON", "CBOR"})
    void tellsThatAMessageWasTakenBack(Encoding encoding) {
        Event recalled = delivered(Body.RECALLED);

        assertThat(json(Body.RECALLED)).isEqualTo(HEAD + "\"recalled\":true}");
        assertThat(Frames.events(encoding, Frames.events(encoding, List.of(recalled))))
                .containsExactly(recalled);
    }

    @Test
    void writesOneEnvelopeAsItIsAndSeveralAsAnArray() {
        Event pong = new Event.Pong(null);

        assertThat(Frames.text(Frames.events(Encoding.JSON, List.of(pong)))).isEqualTo("{\"type\":\"pong\"}");
        assertThat(Frames.text(Frames.events(Encoding.JSON, List.of(pong, pong))))
                .isEqualTo("[{\"type\":\"pong\"},{\"type\":\"pong\"}]");
    }

    @Test
    void appendsToWhatIsInTheBuffer() {
        byte[] written = Frames.write(out -> {
            out.writeByte('>');
            new EventWriter(Encoding.JSON).write(new Event.Done(new RequestId.Text("\"")), out);
        });

        assertThat(Frames.text(written)).isEqualTo(">{\"type\":\"ok\",\"id\":\"\\\"\"}");
    }

    @Test
    void readsBackFramesOfManyEnvelopes() {
        List<Event> events = new ArrayList<>(Collections.nCopies(1000, delivered(new Body.Json(Frames.utf8("{}")))));

        assertThat(Frames.events(Encoding.JSON, Frames.events(Encoding.JSON, events)))
                .isEqualTo(events);
    }

    @Test
    void leavesNothingBehindWhenItFails() {
        Event large = delivered(new Body.Json(Frames.utf8("\"" + "x".repeat(40_000) + "\"")));
        Event bad = delivered(new Body.Cbor(Frames.hex("82 01")));
        EventWriter writer = new EventWriter(Encoding.JSON);
        ByteBuf out = Unpooled.buffer().writeByte(1);

        assertThatIllegalArgumentException().isThrownBy(() -> writer.write(List.of(large, bad), out));
        assertThat(out.readableBytes()).isOne();
        assertThatIllegalArgumentException().isThrownBy(() -> writer.write(List.of(), out));
        out.release();
    }

    @Test
    void isNotStoppedByANameThatIsNoUnicode() {
        Event joined =
                new Event.Presence(new RoomId("r"), 1, List.of(new Sender(new UserId("u"), "x\ud800")), List.of());

        assertThat(Frames.text(Frames.events(Encoding.JSON, List.of(joined)))).contains("\"name\":\"x\\uD800\"");
        assertThat(Frames.text(Frames.events(Encoding.CBOR, List.of(joined)))).contains("x\ufffd");
    }

    @Test
    void hasNoEnvelopesForPlainClients() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EventWriter(Encoding.PLAIN));
        assertThatIllegalArgumentException().isThrownBy(() -> new CommandWriter(Encoding.PLAIN));
    }

    @Test
    void writesNoInvalidCommands() {
        Command invalid = new Command.Invalid(ErrorCode.BAD_ROOM, "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frames.requests(Encoding.JSON, List.of(new Request(null, invalid))));
    }

    private static String json(Body body) {
        return Frames.text(Frames.events(Encoding.JSON, List.of(delivered(body))));
    }

    private static Event delivered(Body body) {
        Sender from = new Sender(new UserId("u"), null);
        return new Event.Delivered(new Message(new RoomId("r"), 1, 2, from, null, null, body));
    }

    private static byte[] send(Encoding encoding, Body body) {
        Command send = new Command.Send(new Command.ToRoom(new RoomId("r")), null, null, Priority.NORMAL, body);
        return Frames.requests(encoding, List.of(new Request(null, send)));
    }
}
