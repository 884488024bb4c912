package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way writes the bytes that Jackson writes; and it is the way that is taken. */
class HotEventsTest {
    private static final FrameWriter<Event> STRICT = new FrameWriter<>(Encoding.JSON, EventFields::write);

    private static final HotEvents ALONE = new HotEvents(new FrameWriter<>(Encoding.JSON, (to, event) -> {
        throw new IllegalArgumentException("left to Jackson: " + event);
    }));

    /** What is written in different ways, or not at all. */
    static final String[] TEXTS = {
        "\u0000",
        "\b",
        "\t",
        "\n",
        "\f",
        "\r",
        "\u0001",
        "\u001f",
        "\"",
        "\\",
        "/",
        "\u007f",
        "\u0080",
        "é",
        "\u07ff",
        "\u0800",
        "大",
        "\u2028",
        "\uffff",
        "👋",
        "\udbff\udfff",
        "\ud83d",
        "\udc4b"
    };

    @ParameterizedTest
    @ValueSource(ints = {0, 500, 510, 511, 512, 8_000, 300_000})
    void writesDataOfAnySize(int size) {
        Event event = delivered("u", null, Frames.utf8("\"" + "x".repeat(size) + "\""));

        taken(List.of(event));
        taken(List.of(event, event, event));
        sameAsStrict(List.of(event, delivered("u", "\ud800", Frames.utf8("1")), new Event.Pong(null), event));
        sameAsStrict(List.of(delivered("u", "\ud800", Frames.utf8("\"" + "x".repeat(size) + "\"")), event));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 600, 1_330, 2_000, 9_000})
    void writesNamesOfAnyLength(int length) {
        Event usual = delivered("u", null, Frames.utf8("1"));
        for (String part : TEXTS) {
            Event even = delivered("u", part.repeat(length), Frames.utf8("1"));
            Event odd = delivered("u", "x" + part.repeat(length), Frames.utf8("1"));
            sameAsStrict(List.of(even));
            sameAsStrict(List.of(usual, odd, usual, even));
        }
    }

    @Test
    void isTheWayOfWhatIsWrittenMost() {
        RequestId number = new RequestId.Number(7);
        Position position = new Position("e", 1, 1_750_000_000_000L);
        RoomId room = new RoomId("大厅 \"1\"");

        taken(List.of(delivered("u-1", "小明👋\n", Frames.utf8("{\"a\": \"\\u0041\"}"))));
        taken(List.of(new Event.Signalled(room, new Sender(new UserId("u"), null), new Body.Json(Frames.utf8("1")))));
        taken(List.of(new Event.Accepted(number, room, position, false)));
        taken(List.of(new Event.Accepted(new RequestId.Text("\\"), room, position, true)));
        taken(List.of(new Event.Accepted(null, room, new Position("e", 0, Position.NO_TIME), false)));
        taken(List.of(
                delivered("u", null, Frames.utf8("1")),
                new Event.Accepted(number, room, position, false),
                delivered("v", "n", Frames.utf8("[]"))));
    }

    private static Event delivered(String user, @Nullable String name, byte[] data) {
        Sender from = new Sender(new UserId(user), name);
        return new Event.Delivered(new Message(new RoomId("r"), 1, 2, from, "k", null, new Body.Json(data)));
    }

    private static void taken(List<Event> events) {
        byte[] written = Frames.write(out -> ALONE.write(events, out));

        assertThat(Frames.latin1(written)).isEqualTo(strict(events));
    }

    static void sameAsStrict(List<Event> events) {
        String written;
        try {
            written = Frames.latin1(Frames.events(Encoding.JSON, events));
        } catch (IllegalArgumentException unwritable) {
            written = unwritable.toString();
        }
        assertThat(written).isEqualTo(strict(events));
    }

    /** What Jackson alone writes. */
    private static String strict(List<Event> events) {
        try {
            return Frames.latin1(Frames.write(out -> STRICT.write(events, out)));
        } catch (IllegalArgumentException unwritable) {
            return unwritable.toString();
        }
    }
}
