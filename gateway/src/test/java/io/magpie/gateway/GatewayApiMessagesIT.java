package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the management API says in rooms is what a client could have said, and reaches members of every encoding. */
class GatewayApiMessagesIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String MESSAGES = "/api/v1/rooms/hall/messages";
    private static final String MARKS = "\u0301".repeat(10_000);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Addresses addresses;

    private record Answer(int status, JsonNode body) {}

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    static Stream<String> whatNoClientCouldSend() {
        return Stream.of(
                "{\"data\":\"a\\u0000b\"}",
                "{\"data\":\"\\ud800\"}",
                "{\"data\":1,\"key\":\"\\udc00\"}",
                "{\"data\":1,\"kind\":\"\\u0000\"}",
                "{\"data\":1,\"from\":{\"id\":\"shop\",\"name\":\"\\ud83d\"}}",
                "{\"data\":1,\"from\":{\"id\":\"shop\",\"name\":\"a" + MARKS + "\"}}",
                "{\"data\":1,\"from\":{\"id\":\"" + MARKS + "\"}}",
                "{\"data\":" + "[".repeat(16) + "]".repeat(16) + "}",
                "{\"data\":" + "[".repeat(20) + "]".repeat(20) + "}",
                "{\"data\":" + "{\"a\":".repeat(900) + "1" + "}".repeat(900) + "}",
                "{\"data\":" + "9".repeat(21) + "}",
                "{\"data\":" + "9".repeat(60) + "}",
                "{\"data\":1e400}",
                "{\"data\":{\"" + "n".repeat(65) + "\":1}}",
                "{\"data\":{\"" + "n".repeat(200) + "\":1}}",
                "{\"data\":{\"a\":1,\"a\":2}}",
                "{\"data\":1,\"data\":2}",
                "{\"data\":1} {}",
                "\ufeff{\"data\":1}");
    }

    @ParameterizedTest
    @MethodSource("whatNoClientCouldSend")
    void whatNoClientCouldSendIsntSaid(String body) throws Exception {
        start();
        RawClient json = member(Encoding.JSON);
        RawClient cbor = member(Encoding.CBOR);

        Answer refused = ask(MESSAGES, body);
        Answer good = ask(MESSAGES, "{\"data\":{\"text\":\"hi\"}}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("error").asText()).isEqualTo("bad_request");
        assertThat(refused.body().path("message").asText()).isNotBlank();
        assertThat(good.body().path("seq").asLong()).isEqualTo(1);
        assertThat(((Event.Delivered) json.event(Encoding.JSON)).message().seq())
                .isEqualTo(1);
        assertThat(((Event.Delivered) cbor.event(Encoding.CBOR)).message().seq())
                .isEqualTo(1);
    }

    static Stream<String> whatClientsSend() {
        return Stream.of(
                "{ \"n\" : 1.50, \"e\":[ 1E+2 ,-0 ] }",
                "\"\\u00e9\\ud83d\\udc4b\uffff\u2028\"",
                "\"a" + "\u0301".repeat(8_000) + "\"",
                "[".repeat(15) + "]".repeat(15),
                "9".repeat(20),
                "{\"" + "n".repeat(64) + "\":null}",
                "null");
    }

    @ParameterizedTest
    @MethodSource("whatClientsSend")
    void whatAClientCouldSendReachesEverybodyByteForByte(String data) throws Exception {
        start();
        RawClient json = member(Encoding.JSON);
        RawClient cbor = member(Encoding.CBOR);

        Answer answer = ask(MESSAGES, "{\"from\":{\"id\":\"shop\"},\"data\" : " + data + " }");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(((Event.Delivered) json.event(Encoding.JSON)).message().body())
                .isEqualTo(new Body.Json(data.getBytes(StandardCharsets.UTF_8)));
        assertThat(((Event.Delivered) cbor.event(Encoding.CBOR)).message().body())
                .isInstanceOf(Body.Cbor.class);
    }

    @Test
    void tenThousandCombiningMarksAreTooLarge() throws Exception {
        start();

        Answer answer = ask(MESSAGES, "{\"data\":\"a" + MARKS + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body().path("error").asText()).isEqualTo("too_large");
    }

    @Test
    void otherCallsTakeNoBrokenTextEither() throws Exception {
        start();

        assertThat(ask("/api/v1/bans", "{\"user\":\"mallory\",\"reason\":\"\\ud83d\"}")
                        .status())
                .isEqualTo(400);
        Answer cut = ask("/api/v1/bans", "{\"user\":\"mallory\",\"reason\":\"" + "x".repeat(99) + "\ud83d\udc4b\"}");
        assertThat(cut.body().path("reason").asText()).isEqualTo("x".repeat(99));
    }

    @Test
    void aHundredAtOnceWithOneKeyAreOneMessage() throws Exception {
        start();
        RawClient json = member(Encoding.JSON);
        String body = "{\"data\":\"hi\",\"key\":\"k\",\"from\":{\"id\":\"shop\"}}";

        List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, 100)
                .mapToObj(i -> http.sendAsync(post(MESSAGES, body), HttpResponse.BodyHandlers.ofString()))
                .toList();

        int firsts = 0;
        for (CompletableFuture<HttpResponse<String>> one : asked) {
            HttpResponse<String> response = one.get(10, TimeUnit.SECONDS);
            JsonNode accepted = JSON.readTree(response.body());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(accepted.path("seq").asLong()).isEqualTo(1);
            firsts += accepted.path("duplicate").asBoolean() ? 0 : 1;
        }
        assertThat(firsts).isEqualTo(1);
        ask(MESSAGES, "{\"data\":\"next\"}");
        assertThat(((Event.Delivered) json.event(Encoding.JSON)).message().seq())
                .isEqualTo(1);
        assertThat(((Event.Delivered) json.event(Encoding.JSON)).message().seq())
                .isEqualTo(2);
    }

    @Test
    void aRoomTooManyIsForLater() throws Exception {
        start("limits.rooms=1", "transport.loops=1");
        member(Encoding.JSON);

        Answer answer = ask("/api/v1/rooms/attic/messages", "{\"data\":1}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("error").asText()).isEqualTo("busy");
        assertThat(ask(MESSAGES, "{\"data\":1}").status()).isEqualTo(200);
    }

    private void start(String... settings) {
        String[] all = Stream.concat(Stream.of("transport.loops=2"), Arrays.stream(settings))
                .toArray(String[]::new);
        Gateway gateway = new Gateway(TestConfig.onLoopback(all));
        open.add(gateway);
        addresses = gateway.start();
    }

    /** A client that is in the hall. */
    private RawClient member(Encoding encoding) throws IOException {
        RawClient client =
                RawClient.upgraded(addresses.open(), "/ws", "Sec-WebSocket-Protocol: " + encoding.subProtocol());
        open.add(client);
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(new RoomId("hall"), null);
        client.send(encoding, new Request(new RequestId.Number(1), new Command.Connect(null, rooms, null)));
        client.event(encoding, Event.Connected.class);
        return client;
    }

    private Answer ask(String path, String body) throws Exception {
        HttpResponse<String> response = http.send(post(path, body), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private HttpRequest post(String path, String body) {
        InetSocketAddress managed = addresses.management();
        assertThat(managed).isNotNull();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managed.getPort() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
