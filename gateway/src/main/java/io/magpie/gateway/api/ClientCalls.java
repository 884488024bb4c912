package io.magpie.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.config.Durations;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.session.Bans;
import io.magpie.gateway.session.Bans.Ban;
import io.magpie.gateway.session.Clients;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.UserId;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What may be asked of, and done to, those who are connected. One thread at a time. */
final class ClientCalls {
    private static final int MAX_CLIENTS = 1_000;
    private static final int MAX_REASON = 100;
    private static final String KICKED = "an operator closed this connection";

    private final Clients clients;
    private final Bans bans;
    private final Runnable shut;
    private final Duration drain;
    private final LongSupplier millis;

    /**
     * @param shut refuses newcomers from now on
     * @param drain over which clients are let go if a request doesn't say
     */
    ClientCalls(Clients clients, Bans bans, Runnable shut, Duration drain, LongSupplier millis) {
        this.clients = clients;
        this.bans = bans;
        this.shut = shut;
        this.drain = drain;
        this.millis = millis;
    }

    CompletableFuture<HttpAnswer> answer(List<String> path, HttpQuestion question) {
        return switch (path.get(0)) {
            case "connections" -> connections(path, question);
            case "users" -> user(path, question);
            case "bans" -> bans(path, question);
            case "drain" -> drain(path, question);
            default -> rebalance(path, question);
        };
    }

    private CompletableFuture<HttpAnswer> connections(List<String> path, HttpQuestion question) {
        if (path.size() == 1) {
            ManagementApi.only(question, "GET");
            String user = question.query().get("user");
            Predicate<Clients.Client> which = user == null
                    ? client -> true
                    : client -> client.user().id().value().equals(user);
            return clients.find(which, ManagementApi.limit(question, MAX_CLIENTS))
                    .thenApply(ClientCalls::list);
        }
        ManagementApi.size(path, 2);
        ManagementApi.only(question, "DELETE");
        return close(client -> client.connection().equals(path.get(1)), CloseCode.KICKED, reason(question, KICKED));
    }

    private CompletableFuture<HttpAnswer> user(List<String> path, HttpQuestion question) {
        ManagementApi.size(path, 2);
        ManagementApi.only(question, "DELETE");
        UserId user = new UserId(path.get(1));
        return close(client -> client.user().id().equals(user), CloseCode.KICKED, reason(question, KICKED));
    }

    private CompletableFuture<HttpAnswer> close(Predicate<Clients.Client> which, CloseCode code, String reason) {
        return clients.close(which, code, reason)
                .thenApply(count -> count == 0
                        ? HttpAnswer.error(404, "not_found", "nobody like that is connected")
                        : HttpAnswer.json(200, Map.of("closed", count)));
    }

    private CompletableFuture<HttpAnswer> bans(List<String> path, HttpQuestion question) {
        ManagementApi.size(path, 1);
        return switch (question.method()) {
            case "GET" ->
                CompletableFuture.completedFuture(HttpAnswer.json(
                        200,
                        Map.of("bans", bans.all().stream().map(ClientCalls::map).toList())));
            case "POST" -> ban(ManagementApi.body(question));
            case "DELETE" -> {
                Bans.Subject subject = subject(
                        question.query().get("user"),
                        question.query().get("address"),
                        question.query().get("room"));
                yield CompletableFuture.completedFuture(
                        bans.remove(subject)
                                ? HttpAnswer.json(200, Map.of("removed", 1))
                                : HttpAnswer.error(404, "not_found", "there is no such ban"));
            }
            default -> throw ManagementApi.methods("GET, POST, DELETE");
        };
    }

    private CompletableFuture<HttpAnswer> ban(JsonNode body) {
        Bans.Subject subject = subject(
                ManagementApi.text(body, "user"),
                ManagementApi.text(body, "address"),
                ManagementApi.text(body, "room"));
        String reason = ManagementApi.text(body, "reason");
        String span = ManagementApi.text(body, "for");
        Ban ban = new Ban(
                subject.user(),
                subject.address(),
                subject.room(),
                span == null ? Bans.FOR_EVER : millis.getAsLong() + span(span).toMillis(),
                reason == null ? "" : bounded(reason));
        RuntimeException notKept = added(ban);
        Predicate<Clients.Client> meant = client -> ban.user() == null
                ? ban.address() != null && ban.address().equals(client.banAddress())
                : client.user().id().value().equals(ban.user());
        CompletableFuture<Integer> done = ban.room() == null
                ? clients.close(meant, CloseCode.BANNED, ban.reason().isEmpty() ? "banned" : ban.reason())
                : clients.recheck(meant);
        return done.thenApply(count -> {
            if (notKept != null) {
                throw notKept;
            }
            Map<String, Object> answer = map(ban);
            answer.put(ban.room() == null ? "closed" : "rechecked", count);
            return HttpAnswer.json(200, answer);
        });
    }

    /** Adds a ban; what keeps it from being kept is said when who is meant has gone. */
    private @Nullable RuntimeException added(Ban ban) {
        try {
            bans.add(ban);
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static Bans.Subject subject(@Nullable String user, @Nullable String address, @Nullable String room) {
        if ((user == null) == (address == null)) {
            throw ManagementApi.bad("give either user or address");
        }
        if (address != null && room != null) {
            throw ManagementApi.bad("only a user can be banned from a room");
        }
        return new Bans.Subject(
                user == null ? null : new UserId(user).value(),
                address == null ? null : canonical(address),
                room == null ? null : ManagementApi.room(room).value());
    }

    /** As Java writes it: it is compared as text. */
    private static String canonical(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(
                address.endsWith("/64") ? address.substring(0, address.length() - 3) : address);
        if (bytes == null) {
            throw ManagementApi.bad("address must be an IP address");
        }
        try {
            return Bans.addressOf(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw ManagementApi.bad("address must be an IP address");
        }
    }

    private CompletableFuture<HttpAnswer> drain(List<String> path, HttpQuestion question) {
        ManagementApi.size(path, 1);
        ManagementApi.only(question, "POST");
        JsonNode body = ManagementApi.body(question);
        Duration within = within(body);
        shut.run();
        return begun(clients.depart(1, within, "the server is drained"), within);
    }

    private CompletableFuture<HttpAnswer> rebalance(List<String> path, HttpQuestion question) {
        ManagementApi.size(path, 1);
        ManagementApi.only(question, "POST");
        JsonNode body = ManagementApi.body(question);
        double share = body.path("shed").asDouble(0);
        if (!(share > 0 && share <= 1)) {
            throw ManagementApi.bad("shed must be a number above 0 and at most 1");
        }
        Duration within = within(body);
        return begun(clients.depart(share, within, "the load is rebalanced"), within);
    }

    /** It takes as long as it takes; nobody waits for it. */
    private static CompletableFuture<HttpAnswer> begun(CompletableFuture<Void> departure, Duration within) {
        return CompletableFuture.completedFuture(HttpAnswer.json(
                202, Map.of("status", departure.isDone() ? "done" : "leaving", "within", within.toMillis())));
    }

    private Duration within(JsonNode body) {
        String text = ManagementApi.text(body, "within");
        return text == null ? drain : span(text);
    }

    private static Duration span(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw ManagementApi.bad(String.valueOf(e.getMessage()));
        }
    }

    private static String reason(HttpQuestion question, String otherwise) {
        return bounded(question.query().getOrDefault("reason", otherwise));
    }

    /** Fits into a close frame. */
    private static String bounded(String reason) {
        if (reason.length() <= MAX_REASON) {
            return reason;
        }
        boolean splits = Character.isHighSurrogate(reason.charAt(MAX_REASON - 1));
        return reason.substring(0, splits ? MAX_REASON - 1 : MAX_REASON);
    }

    private static HttpAnswer list(List<Clients.Client> found) {
        return HttpAnswer.json(
                200, Map.of("connections", found.stream().map(ClientCalls::map).toList()));
    }

    private static Map<String, Object> map(Clients.Client client) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connection", client.connection());
        map.put("user", client.user().id().value());
        put(map, "name", client.user().name());
        put(map, "device", client.device() == null ? null : client.device().value());
        put(map, "address", client.address());
        map.put("encoding", client.encoding());
        map.put("rooms", client.rooms());
        return map;
    }

    private static Map<String, Object> map(Ban ban) {
        Map<String, Object> map = new LinkedHashMap<>();
        put(map, "user", ban.user());
        put(map, "address", ban.address());
        put(map, "room", ban.room());
        if (ban.untilMillis() != Bans.FOR_EVER) {
            map.put("until", Instant.ofEpochMilli(ban.untilMillis()).toString());
        }
        map.put("reason", ban.reason());
        return map;
    }

    private static void put(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }
}
