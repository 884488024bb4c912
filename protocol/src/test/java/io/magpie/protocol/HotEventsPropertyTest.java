package io.magpie.protocol;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever the events are, a writer writes the bytes that Jackson alone writes. */
class HotEventsPropertyTest {
    private static final String[] TEXTS = HotEventsTest.TEXTS;

    @Provide
    Arbitrary<List<Event>> frames() {
        return Arbitraries.randomValue(random -> IntStream.rangeClosed(0, random.nextInt(5))
                .mapToObj(i -> event(random))
                .toList());
    }

    @Provide
    Arbitrary<List<Event>> anyFrames() {
        return Samples.events(Encoding.JSON);
    }

    @Property(tries = 5000)
    void writesWhatJacksonWrites(@ForAll("frames") List<Event> events) {
        HotEventsTest.sameAsStrict(events);
    }

    @Property
    void writesAllOtherEventsAsJacksonDoes(@ForAll("anyFrames") List<Event> events) {
        HotEventsTest.sameAsStrict(events);
    }

    private static Event event(Random random) {
        RoomId room = new RoomId(name(random));
        Sender from = new Sender(new UserId(name(random)), optional(random));
        Body body = random.nextInt(8) == 0 ? new Body.Text(Frames.utf8("a\"\n")) : data(random);
        return switch (random.nextInt(8)) {
            case 0 -> new Event.Signalled(room, from, body);
            case 1, 2 ->
                new Event.Accepted(
                        id(random),
                        room,
                        new Position(name(random), number(random), number(random)),
                        random.nextBoolean());
            case 3 -> new Event.Pong(id(random));
            default ->
                new Event.Delivered(new Message(
                        room, number(random), number(random) - 1, from, optional(random), optional(random), body));
        };
    }

    private static Body data(Random random) {
        return new Body.Json(Frames.utf8("\"" + "大".repeat(random.nextInt(400)) + "\""));
    }

    private static @Nullable RequestId id(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> new RequestId.Text(TEXTS[random.nextInt(TEXTS.length - 2)]);
            default -> new RequestId.Number(random.nextBoolean() ? number(random) : -number(random));
        };
    }

    private static long number(Random random) {
        long any = random.nextLong() & RequestId.Number.MAX_SAFE;
        return any >> random.nextInt(54);
    }

    private static @Nullable String optional(Random random) {
        return random.nextInt(3) == 0 ? null : text(random);
    }

    /** A text without controls and half pairs. */
    private static String name(Random random) {
        String text = text(random);
        return Names.fault(text).isEmpty() && text.length() <= 64 ? text : "\"n\"";
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            boolean plain = random.nextInt(3) > 0;
            text.append(
                    plain ? String.valueOf((char) (' ' + random.nextInt(95))) : TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }
}
