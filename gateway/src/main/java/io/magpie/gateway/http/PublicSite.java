package io.magpie.gateway.http;

import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The public port for those who don't upgrade: {@code GET /} says what this is, as JSON to {@code wx.request} and as
 * the demo page to browsers; {@code GET /health} says that it lives. Immutable; any thread.
 */
public final class PublicSite implements Site {
    private static final Set<String> PATHS = Set.of("/", "/health", "/ws");
    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    private final HttpAnswer info;
    private final HttpAnswer demo;
    private final List<String> corsOrigins;

    /** @param corsOrigins origins whose pages may read answers; {@code *} for all */
    public PublicSite(String version, List<String> corsOrigins) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("name", "Magpie");
        about.put("version", version);
        about.put("websocket", "/ws");
        about.put("protocols", List.of(Encoding.JSON.subProtocol(), Encoding.CBOR.subProtocol()));
        this.info = HttpAnswer.json(200, about).with("Vary", "Accept");
        this.demo = new HttpAnswer(200, "text/html; charset=utf-8", resource("demo.html"), Map.of())
                .with("Vary", "Accept")
                .with("X-Content-Type-Options", "nosniff")
                .with(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
                                + "connect-src 'self' ws: wss:; base-uri 'none'; frame-ancestors 'none'");
        this.corsOrigins = List.copyOf(corsOrigins);
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        return withCors(question, route(question));
    }

    private HttpAnswer route(HttpQuestion question) {
        if (!PATHS.contains(question.path())) {
            return HttpAnswer.error(404, "not_found", "there is nothing at this path");
        }
        return switch (question.method()) {
            case "GET", "HEAD" -> get(question);
            case "OPTIONS" -> HttpAnswer.text(204, "text/plain", "").with("Allow", ALLOWED);
            default -> HttpAnswer.error(405, "method_not_allowed", "use GET").with("Allow", ALLOWED);
        };
    }

    private HttpAnswer get(HttpQuestion question) {
        return switch (question.path()) {
            case "/" -> question.header("accept").toLowerCase(Locale.ROOT).contains("text/html") ? demo : info;
            case "/health" -> HttpAnswer.json(200, Map.of("status", "up"));
            default ->
                HttpAnswer.error(426, "upgrade_required", "this path speaks WebSocket")
                        .with("Upgrade", "websocket")
                        .with("Connection", "Upgrade");
        };
    }

    private HttpAnswer withCors(HttpQuestion question, HttpAnswer answer) {
        boolean all = corsOrigins.contains("*");
        Optional<String> allowed =
                all ? Optional.of("*") : Optional.of(question.header("origin")).filter(corsOrigins::contains);
        // A cache must not give one origin the answer that was for another.
        HttpAnswer varying = all ? answer : answer.with("Vary", "Accept, Origin");
        return allowed.map(origin -> {
                    HttpAnswer open = varying.with("Access-Control-Allow-Origin", origin);
                    return question.method().equals("OPTIONS")
                            ? open.with("Access-Control-Allow-Methods", "GET").with("Access-Control-Allow-Headers", "*")
                            : open;
                })
                .orElse(varying);
    }

    private static byte[] resource(String name) {
        try (InputStream in = PublicSite.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
