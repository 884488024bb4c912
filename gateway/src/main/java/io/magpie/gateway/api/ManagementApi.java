package io.magpie.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.session.Bans;
import io.magpie.gateway.session.Clients;
import io.magpie.protocol.Body;
import io.magpie.protocol.CommandReader;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.ProtocolException;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/v1}: finds what is asked for, checks who asks, and turns every fault into an answer. It works on a thread of its
 * own, since bans are kept in a file.
 */
public final class ManagementApi implements AsyncSite {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementApi.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final CommandReader ENVELOPES = new CommandReader(Encoding.JSON);
    private static final String ROOT = "/api/v1/";
    private static final int PATIENCE_SECONDS = 10;

    private final ApiKey key;
    private final RoomCalls rooms;
    private final ClientCalls clients;
    private final HttpAnswer document;
    private final HttpAnswer info;
    private final Executor thread;

    /**
     * What it works on.
     *
     * @param home a loop on which rooms may answer
     * @param shut refuses newcomers from now on
     */
    public record Subjects(RoomShards rooms, DeliveryLoop home, Clients clients, Bans bans, Runnable shut) {}

    /** @param thread where it works; may block */
    public ManagementApi(GatewayConfig config, String version, Subjects subjects, Executor thread) {
        GatewayConfig.Limits limits = config.limits();
        this.key = new ApiKey(config.management(), System::nanoTime);
        this.rooms = new RoomCalls(
                subjects.rooms(),
                subjects.home(),
                limits.historyPage(),
                limits.message().intBytes(),
                System::nanoTime);
        this.clients = new ClientCalls(
                subjects.clients(), subjects.bans(), subjects.shut(), config.drain(), System::currentTimeMillis);
        this.thread = thread;
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("name", "Magpie");
        about.put("version", version);
        about.put("log", config.log().kind().name().toLowerCase(Locale.ROOT));
        about.put("auth", config.auth().kind().name().toLowerCase(Locale.ROOT));
        about.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        this.info = HttpAnswer.json(200, about);
        this.document = document();
    }

    private static HttpAnswer document() {
        try (InputStream in = ManagementApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is missing");
            }
            return new HttpAnswer(200, "application/json; charset=utf-8", in.readAllBytes(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void answer(HttpQuestion question, Consumer<HttpAnswer> then) {
        thread.execute(() -> ask(question)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .whenComplete((answer, failure) -> then.accept(failure == null ? answer : failed(failure))));
    }

    private CompletableFuture<HttpAnswer> ask(HttpQuestion question) {
        try {
            return key.refuse(question).map(CompletableFuture::completedFuture).orElseGet(() -> route(question));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<HttpAnswer> route(HttpQuestion question) {
        List<String> path = Stream.of(question.path().substring(ROOT.length()).split("/", -1))
                .map(ManagementApi::decoded)
                .toList();
        return switch (path.get(0)) {
            case "info" -> leaf(path, question, info);
            case "openapi.json" -> leaf(path, question, document);
            case "rooms" -> rooms.answer(path, question);
            case "connections", "users", "bans", "drain", "rebalance" -> clients.answer(path, question);
            default -> throw notFound();
        };
    }

    private static CompletableFuture<HttpAnswer> leaf(List<String> path, HttpQuestion question, HttpAnswer answer) {
        size(path, 1);
        only(question, "GET");
        return CompletableFuture.completedFuture(answer);
    }

    private static HttpAnswer failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof ApiException known) {
            return known.answer();
        } else if (cause instanceof ProtocolException wrong) {
            return HttpAnswer.error(400, wrong.code().wireName(), wrong.getMessage());
        } else if (failure instanceof TimeoutException) {
            return HttpAnswer.error(503, ErrorCode.TIMEOUT.wireName(), "the server didn't get to it in time");
        }
        LOG.error("api.failed", cause);
        return HttpAnswer.error(500, ErrorCode.INTERNAL.wireName(), "internal error; it is in the server's log");
    }

    static ApiException notFound() {
        return new ApiException(HttpAnswer.error(404, "not_found", "see /api/v1/openapi.json"));
    }

    /** For a method that a path doesn't have. */
    static ApiException methods(String allowed) {
        return new ApiException(
                HttpAnswer.error(405, "method_not_allowed", "use " + allowed).with("Allow", allowed));
    }

    /** Refuses another method than the only one that a path has. */
    static void only(HttpQuestion question, String method) {
        if (!question.method().equals(method)) {
            throw methods(method);
        }
    }

    /** Refuses a path that has more parts, or fewer. */
    static void size(List<String> path, int parts) {
        if (path.size() != parts) {
            throw notFound();
        }
    }

    static ApiException bad(String message) {
        return new ApiException(HttpAnswer.error(400, ErrorCode.BAD_REQUEST.wireName(), message));
    }

    /** A room that may be named. */
    static RoomId room(String name) {
        RoomId room = new RoomId(name);
        if (room.reserved()) {
            throw new ProtocolException(ErrorCode.BAD_ROOM, "the room name is reserved");
        }
        return room;
    }

    /**
     * The body as a JSON object, which keeps the rules of what clients send, since clients will read it. A page of another
     * site can't send this type without being asked first, so that it can't reach a port of this machine through somebody's
     * browser.
     */
    static JsonNode body(HttpQuestion question) {
        if (!question.header("content-type").startsWith("application/json")) {
            throw new ApiException(
                    HttpAnswer.error(415, "unsupported_media_type", "send Content-Type: application/json"));
        }
        try {
            JsonNode body = JSON.readTree(question.body());
            if (body.isObject()) {
                // Reads all of it, and refuses what breaks a rule wherever that stands.
                data(question);
                return body;
            }
        } catch (IOException e) {
            throw bad("the body is no JSON");
        }
        throw bad("the body must be a JSON object");
    }

    /** {@code data} of the body, byte for byte, if it has one. */
    static Optional<Body> data(HttpQuestion question) {
        try {
            return ENVELOPES.data(question.body());
        } catch (ProtocolException e) {
            throw bad("the body isn't what a client could send: " + e.getMessage());
        }
    }

    /** A text of an object; null if there is none. */
    static @Nullable String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw bad(name + " must be a string");
        }
        return value.asText();
    }

    /** A whole number of the query from 1 to {@code most}. */
    static int limit(HttpQuestion question, int most) {
        long limit = number(question, "limit", most);
        if (limit < 1) {
            throw bad("limit must be at least 1");
        }
        return (int) Math.min(limit, most);
    }

    /** A number of the query that isn't negative. */
    static long number(HttpQuestion question, String name, long otherwise) {
        String text = question.query().get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(name + " must be a whole number");
        }
        throw bad(name + " must not be negative");
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("the path isn't well-formed");
        }
    }
}
