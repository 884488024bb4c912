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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The public port for those who don't upgrade: {@code GET /} says what this is, as JSON to {@code wx.request} and as
 * the demo page to browsers; {@code GET /health} says that it lives; {@code POST /login/wechat} gives a token, where that is
 * configured. Immutable; any thread.
 */
public final class PublicSite implements AsyncSite {
    /** Bytes of the largest body, where one is wanted; beyond it 413. */
    public static final int MAX_BODY = 4 * 1_024;

    /** Says that it lives. */
    public static final String HEALTH = "/health";

    private static final Set<String> PATHS = Set.of("/", HEALTH, "/ws");
    private static final String ALLOWED = "GET, HEAD, OPTIONS";
    private static final String LOGIN = "/login/wechat";

    private final HttpAnswer info;
    private final HttpAnswer demo;
    private final List<String> corsOrigins;
    private final @Nullable AsyncSite login;

    /** Without a login. */
    public PublicSite(String version, List<String> corsOrigins) {
        this(version, corsOrigins, null);
    }

    /**
     * With a login, perhaps.
     *
     * @param corsOrigins origins whose pages may read answers; {@code *} for all
     * @param login answers {@code POST /login/wechat}; null: nothing is at that path
     */
    public PublicSite(String version, List<String> corsOrigins, @Nullable AsyncSite login) {
        this.login = login;
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("name", "Magpie");
        about.put("version", version);
        about.put("websocket", "/ws");
        about.put("protocols", List.of(Encoding.JSON.subProtocol(), Encoding.CBOR.subProtocol()));
        if (login != null) {
            about.put("login", LOGIN);
        }
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

    /** The most bytes of a body that are looked at; a question with more has one byte more. */
    public int maxBody() {
        return login == null ? 0 : MAX_BODY;
    }

    @Override
    public void answer(HttpQuestion question, Consumer<HttpAnswer> then) {
        if (login == null || !loggingIn(question) || !question.method().equals("POST")) {
            then.accept(withCors(question, route(question)));
        } else if (question.body().length > MAX_BODY) {
            HttpAnswer large = HttpAnswer.error(413, "too_large", "a login has at most " + MAX_BODY + " bytes");
            then.accept(withCors(question, large));
        } else {
            login.answer(question, answer -> then.accept(withCors(question, answer)));
        }
    }

    private boolean loggingIn(HttpQuestion question) {
        return login != null && question.path().equals(LOGIN);
    }

    private HttpAnswer route(HttpQuestion question) {
        boolean posts = loggingIn(question);
        if (!posts && !PATHS.contains(question.path())) {
            return HttpAnswer.error(404, "not_found", "there is nothing at this path");
        }
        return switch (question.method()) {
            case "GET", "HEAD" -> posts ? wrongMethod("POST", "POST, OPTIONS") : get(question);
            case "OPTIONS" -> HttpAnswer.text(204, "text/plain", "").with("Allow", posts ? "POST, OPTIONS" : ALLOWED);
            default -> posts ? wrongMethod("POST", "POST, OPTIONS") : wrongMethod("GET", ALLOWED);
        };
    }

    private static HttpAnswer wrongMethod(String right, String allowed) {
        return HttpAnswer.error(405, "method_not_allowed", "use " + right).with("Allow", allowed);
    }

    private HttpAnswer get(HttpQuestion question) {
        return switch (question.path()) {
            case "/" -> question.header("accept").toLowerCase(Locale.ROOT).contains("text/html") ? demo : info;
            case HEALTH -> HttpAnswer.json(200, Map.of("status", "up"));
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
                            ? open.with("Access-Control-Allow-Methods", loggingIn(question) ? "POST" : "GET")
                                    .with("Access-Control-Allow-Headers", "*")
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
