package io.magpie.bench.yardstick;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a dialect finds in a message. */
final class Payloads {
    private Payloads() {}

    static List<String> in(Dialect dialect, String message) {
        List<String> payloads = new ArrayList<>();
        dialect.read(
                bytes(message),
                (bytes, offset, length) -> payloads.add(new String(bytes, offset, length, StandardCharsets.UTF_8)));
        return payloads;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
