package io.magpie.gateway.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A request as text, so that it can be wrong in every way. Immutable. */
public record RawRequest(String requestLine, List<String> headers) {
    /** The key of RFC 6455 section 1.3. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    public static RawRequest get(String target) {
        return new RawRequest("GET " + target + " HTTP/1.1", List.of("Host: chat.example"));
    }

    /** A request with a body, which isn't sent with {@link #bytes()} but after it. */
    public static RawRequest post(String target, int bodyBytes) {
        return new RawRequest(
                "POST " + target + " HTTP/1.1",
                List.of("Host: chat.example", "Content-Type: application/json", "Content-Length: " + bodyBytes));
    }

    /** A request to upgrade as a mini-program sends it. */
    public static RawRequest upgrade(String target) {
        return get(target)
                .with("Connection: Upgrade")
                .with("Upgrade: websocket")
                .with("Sec-WebSocket-Version: 13")
                .with("Sec-WebSocket-Key: " + KEY);
    }

    public static RawRequest upgrade(String target, String... moreHeaders) {
        RawRequest request = upgrade(target);
        for (String header : moreHeaders) {
            request = request.with(header);
        }
        return request;
    }

    public RawRequest withLine(String line) {
        return new RawRequest(line, headers);
    }

    public RawRequest with(String header) {
        return new RawRequest(
                requestLine, Stream.concat(headers.stream(), Stream.of(header)).toList());
    }

    public RawRequest without(String name) {
        return new RawRequest(
                requestLine,
                headers.stream()
                        .filter(header -> !header.startsWith(name + ":"))
                        .toList());
    }

    public RawRequest replacing(String header) {
        return without(header.substring(0, header.indexOf(':'))).with(header);
    }

    public byte[] bytes() {
        String text = requestLine + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        String text = requestLine + " " + headers;
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
