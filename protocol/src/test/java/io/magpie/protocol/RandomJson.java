package io.magpie.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random JSON values as Java objects; jqwik's own recursive arbitraries take seconds for each. */
final class RandomJson {
    private static final String[] TEXTS = {
        "",
        "a",
        "大厅",
        "🌸👋",
        "\"",
        "\\",
        "\\u0041",
        "/",
        "\t\r\n",
        "\u2028",
        "\uffff",
        "\ufeff",
        "\u007f",
        "e\u0301",
        "__proto__"
    };

    private final Random random;

    RandomJson(Random random) {
        this.random = random;
    }

    /** A value that is nested at most this deep. */
    Object value(int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
            case 2 -> random.nextBoolean();
            case 3, 4 -> text(random.nextInt(40));
            case 5 -> list(depth - 1);
            default -> map(depth - 1);
        };
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(random.nextInt(8) == 0 ? null : value(depth));
        }
        return list;
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(10), value(depth));
        }
        return map;
    }

    /** A text of a few parts. */
    String text(int parts) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts; i++) {
            boolean plain = random.nextInt(4) > 0;
            text.append(
                    plain ? String.valueOf((char) (' ' + random.nextInt(95))) : TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }
}
