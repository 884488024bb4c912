package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random frames that a client might write by hand: most are a good {@code send}, all are nearly one. */
final class RandomSend {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] SPACES = {"", "", "", " ", "\n\t", "\r\n  "};
    private static final String[] ROOMS = {"\"r\"", "\"大厅\"", "\"a/b 👋\"", "\"@inbox\"", "\"a\\u0062\"", "\"\"", "null"
    };
    private static final String[] TAGS = {
        "\"k-1\"", "\"键\"", "\"" + "t".repeat(64) + "\"", "\"\\n\"", "\"\"", "null", "7"
    };
    private static final String[] PRIORITIES = {"\"high\"", "\"normal\"", "\"low\"", "\"urgent\"", "null"};
    private static final String[] IDS = {
        "1",
        "0",
        "999999999999999",
        "9007199254740991",
        "9007199254740993",
        "-1",
        "1.0",
        "1e3",
        "\"id\"",
        "\"大\"",
        "null",
        "[]"
    };
    private static final String[] TYPES = {
        "\"send\"", "\"send\"", "\"send\"", "\"signal\"", "\"ping\"", "\"join\"", "\"\"", "1"
    };
    private static final String[] OTHERS = {
        "\"to\":\"u\"",
        "\"binary\":\"AAEC\"",
        "\"x\":1",
        "\"typo\":\"send\"",
        "\"key\":\"twice\"",
        "\"data\":{}",
        "\"\":0"
    };

    /** What RandomJson never writes, since a serialiser doesn't. */
    private static final String[] DATA = {
        "-0",
        "1E+2",
        "1.50e-07",
        "1e400",
        "12345678901234567890",
        "123456789012345678901",
        "0.00000000000000000000001",
        "-1.5",
        "\"\\u0041\\/\\b\\f\"",
        "\"\\ud83d\\udc4b\"",
        "\"\\ud83d\"",
        "\"\\udc4b\\ud83d\"",
        "\"\\u0000\"",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":{\"a\":1},\"aa\":[{\"a\":1},{\"a\":1}]}",
        "{ \"a\" : [ { } , [ ] ] }",
        "[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "01",
        "1.",
        "nul",
        "true",
        "[1,]",
        "{,}"
    };

    private final Random random;

    RandomSend(Random random) {
        this.random = random;
    }

    /** A frame. */
    String frame() {
        List<String> fields = new ArrayList<>();
        fields.add(field("type", random.nextInt(4) == 0 ? any(TYPES) : TYPES[0]));
        fields.add(field("room", some(ROOMS, 3)));
        fields.add(field("data", random.nextBoolean() ? any(DATA) : data()));
        optional(fields, "id", IDS, 3);
        optional(fields, "key", TAGS, 3);
        optional(fields, "kind", TAGS, 3);
        optional(fields, "priority", PRIORITIES, 3);
        if (random.nextInt(10) == 0) {
            fields.add(any(OTHERS));
        }
        Collections.shuffle(fields, random);
        String frame = space() + "{" + String.join(space() + "," + space(), fields) + space() + "}" + space();
        return random.nextInt(20) == 0 ? "[" + frame + "]" : frame;
    }

    private void optional(List<String> fields, String name, String[] values, int usual) {
        if (random.nextBoolean()) {
            fields.add(field(name, some(values, usual)));
        }
    }

    /** One of the usual values, which are the first, or now and then any. */
    private String some(String[] values, int usual) {
        return random.nextInt(8) == 0 ? any(values) : values[random.nextInt(usual)];
    }

    private String data() {
        try {
            return MAPPER.writeValueAsString(new RandomJson(random).value(random.nextInt(12)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String field(String name, String value) {
        return "\"" + name + "\"" + space() + ":" + space() + value;
    }

    private String space() {
        return any(SPACES);
    }

    private String any(String[] values) {
        return values[random.nextInt(values.length)];
    }
}
