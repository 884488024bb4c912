package io.magpie.gateway.transport;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An HTTP response as it came; header names in lower case, several values joined by commas. */
@SuppressWarnings("ArrayRecordComponent")
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    /** A header's value, or "absent". */
    public String header(String name) {
        return headers.getOrDefault(name, "absent");
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + text();
    }
}
