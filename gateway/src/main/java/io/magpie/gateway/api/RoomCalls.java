package io.magpie.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.magpie.gateway.delivery.DeliveryLoop;
import io.magpie.gateway.engine.Appended;
import io.magpie.gateway.engine.Draft;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.room.Publication;
import io.magpie.gateway.room.Publisher;
import io.magpie.gateway.room.RoomShards;
import io.magpie.gateway.room.RoomSummary;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventWriter;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What may be asked of rooms. Any thread. */
final class RoomCalls {
    private static final int MAX_ROOMS = 1_000;
    private static final int MAX_TAG = 64;
    private static final EventWriter WRITER = new EventWriter(Encoding.JSON);

    /** Who speaks if the backend doesn't say. */
    private static final Sender SYSTEM = new Sender(new UserId("system"), null);

    private final RoomShards rooms;
    private final DeliveryLoop home;
    private final int historyPage;
    private final int maxMessage;
    private final LongSupplier nanos;

    /**
     * @param home a loop on which answers come
     * @param historyPage the most messages of a page, and members of a list
     * @param maxMessage the most bytes of {@code data}
     */
    RoomCalls(RoomShards rooms, DeliveryLoop home, int historyPage, int maxMessage, LongSupplier nanos) {
        this.rooms = rooms;
        this.home = home;
        this.historyPage = historyPage;
        this.maxMessage = maxMessage;
        this.nanos = nanos;
    }

    /** {@code rooms}, {@code rooms/NAME/messages} and {@code rooms/NAME/members}. */
    CompletableFuture<HttpAnswer> answer(List<String> path, HttpQuestion question) {
        if (path.size() == 1) {
            ManagementApi.only(question, "GET");
            return rooms.open(ManagementApi.limit(question, MAX_ROOMS)).thenApply(RoomCalls::list);
        }
        ManagementApi.size(path, 3);
        RoomId room = ManagementApi.room(path.get(1));
        return switch (path.get(2)) {
            case "members" -> members(room, question);
            case "messages" -> question.method().equals("POST") ? send(room, question) : page(room, question);
            default -> throw ManagementApi.notFound();
        };
    }

    private static HttpAnswer list(List<RoomSummary> summaries) {
        List<Map<String, Object>> rooms = summaries.stream()
                .map(summary -> Map.<String, Object>of(
                        "room", summary.room().value(), "members", summary.members(), "seq", summary.head()))
                .toList();
        return HttpAnswer.json(200, Map.of("rooms", rooms));
    }

    private CompletableFuture<HttpAnswer> members(RoomId room, HttpQuestion question) {
        ManagementApi.only(question, "GET");
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        int limit = ManagementApi.limit(question, historyPage);
        rooms.members(
                room,
                limit,
                list -> answer.complete(event(new Event.MemberList(null, room, list.count(), list.sample()))));
        return answer;
    }

    private CompletableFuture<HttpAnswer> page(RoomId room, HttpQuestion question) {
        if (!question.method().equals("GET")) {
            throw ManagementApi.methods("GET, POST");
        }
        long before = ManagementApi.number(question, "before", Command.History.UNSET);
        long after = ManagementApi.number(question, "after", Command.History.UNSET);
        if (before != Command.History.UNSET && after != Command.History.UNSET) {
            throw ManagementApi.bad("give before or after, not both");
        }
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        rooms.read(
                new Command.History(room, before, after, ManagementApi.limit(question, historyPage)),
                page -> tell(answer, new Event.HistoryPage(null, room, page.epoch(), page.messages(), page.more())),
                refusal -> answer.complete(refused(refusal.code(), refusal.message())));
        return answer;
    }

    private CompletableFuture<HttpAnswer> send(RoomId room, HttpQuestion question) {
        JsonNode body = ManagementApi.body(question);
        Body data = ManagementApi.data(question).orElseThrow(() -> ManagementApi.bad("data is missing"));
        if (data.bytes().length > maxMessage) {
            throw new ApiException(HttpAnswer.error(
                    413, ErrorCode.TOO_LARGE.wireName(), "data is larger than " + maxMessage + " bytes"));
        }
        String key = tag(body, "key");
        Draft draft = new Draft(sender(body.path("from")), key, tag(body, "kind"), data, nanos.getAsLong());
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        rooms.publish(room, new Publication(draft, null, new Answering(home, answer)));
        return answer;
    }

    /** Turns the outcome of a send into an answer. */
    private record Answering(DeliveryLoop loop, CompletableFuture<HttpAnswer> answer) implements Publisher {
        @Override
        public void onAppended(RoomId room, @Nullable RequestId id, Appended outcome) {
            if (outcome instanceof Appended.Stored stored) {
                answer.complete(event(new Event.Accepted(null, room, stored.position(), stored.duplicate())));
            } else if (outcome instanceof Appended.Refused refused) {
                answer.complete(refused(refused.code(), refused.message()));
            }
        }
    }

    private static Sender sender(JsonNode from) {
        if (from.isMissingNode() || from.isNull()) {
            return SYSTEM;
        }
        String name = ManagementApi.text(from, "name");
        if (name != null) {
            // A name has the bounds of an id.
            new UserId(name);
        }
        String id = ManagementApi.text(from, "id");
        if (id == null) {
            throw ManagementApi.bad("from.id is missing");
        }
        return new Sender(new UserId(id), name);
    }

    private static @Nullable String tag(JsonNode body, String name) {
        String text = ManagementApi.text(body, name);
        if (text != null && (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAX_TAG)) {
            throw ManagementApi.bad(name + " must have 1 to " + MAX_TAG + " bytes");
        }
        return text;
    }

    /** What can't be written is an error, not a wait without an end. */
    private static void tell(CompletableFuture<HttpAnswer> answer, Event event) {
        try {
            answer.complete(event(event));
        } catch (RuntimeException unwritable) {
            answer.completeExceptionally(unwritable);
        }
    }

    /** An envelope as the clients would get it. */
    private static HttpAnswer event(Event event) {
        ByteBuf out = Unpooled.buffer();
        WRITER.write(event, out);
        return new HttpAnswer(200, "application/json; charset=utf-8", ByteBufUtil.getBytes(out), new LinkedHashMap<>());
    }

    private static HttpAnswer refused(ErrorCode code, String message) {
        int status = switch (code) {
            case KEY_CONFLICT -> 409;
            case RATE_LIMITED -> 429;
            case STORAGE_FULL -> 507;
            case INTERNAL -> 500;
            default -> code.retryable() ? 503 : 400;
        };
        return HttpAnswer.error(status, code.wireName(), message);
    }
}
