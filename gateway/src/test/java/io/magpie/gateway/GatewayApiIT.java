package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.config.ConfigLoader;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.protocol.CloseCode;
import io.magpie.protocol.Command;
import io.magpie.protocol.DeviceId;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The management API over HTTP; every answer is held against the OpenAPI document. */
class GatewayApiIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String WIRE = "Sec-WebSocket-Protocol: magpie.v1.json";

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<RawClient> clients = new ArrayList<>();
    private Gateway gateway;
    private Addresses addresses;
    private String key = "";
    private JsonNode document;

    private record Answer(int status, JsonNode body) {}

    @BeforeEach
    void begin() throws Exception {
        start();
        document = ask("GET", "/api/v1/openapi.json", null).body();
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        gateway.close();
    }

    @Test
    void saysWhatTheServerIs() throws Exception {
        JsonNode info = ask("GET", "/api/v1/info", null).body();

        assertThat(info.path("name").asText()).isEqualTo("Magpie");
        assertThat(info.path("version").asText()).isEqualTo(Version.current());
        assertThat(info.path("log").asText()).isEqualTo("disk");
    }

    @Test
    void aMessageOfTheBackendIsSaidOnceHoweverOftenItIsAsked() throws Exception {
        RawClient member = client(Map.of("大厅", true));
        String message =
                "{\"data\":{\"text\":\"hi\"},\"key\":\"k1\",\"kind\":\"news\",\"from\":{\"id\":\"shop\",\"name\":\"Shop\"}}";

        Answer first = ask("POST", "/api/v1/rooms/%E5%A4%A7%E5%8E%85/messages", message);
        Answer again = ask("POST", "/api/v1/rooms/%E5%A4%A7%E5%8E%85/messages", message);
        Answer other = ask("POST", "/api/v1/rooms/%E5%A4%A7%E5%8E%85/messages", message.replace("hi", "ho"));

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body().path("seq").asLong()).isEqualTo(1);
        assertThat(again.body().path("duplicate").asBoolean()).isTrue();
        assertThat(other.status()).isEqualTo(409);
        Event.Delivered delivered = member.event(Encoding.JSON, Event.Delivered.class);
        assertThat(delivered.message().from().id().value()).isEqualTo("shop");
        assertThat(delivered.message().kind()).isEqualTo("news");
        JsonNode page = ask("GET", "/api/v1/rooms/%E5%A4%A7%E5%8E%85/messages?limit=5", null)
                .body();
        assertThat(page.path("messages")).hasSize(1);
        assertThat(page.path("messages").get(0).path("data").path("text").asText())
                .isEqualTo("hi");
    }

    @Test
    void tellsWhoIsWhere() throws Exception {
        client(Map.of("hall", true, "attic", true));
        client(Map.of("hall", true));

        assertThat(ask("GET", "/api/v1/rooms/hall/members", null)
                        .body()
                        .path("count")
                        .asInt())
                .isEqualTo(2);
        assertThat(ask("GET", "/api/v1/rooms/nowhere/members", null)
                        .body()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(ask("GET", "/api/v1/rooms", null).body().path("rooms")).hasSize(2);
        JsonNode all = ask("GET", "/api/v1/connections", null).body().path("connections");
        assertThat(all).hasSize(2);
        assertThat(all.findValuesAsText("rooms")).containsExactlyInAnyOrder("1", "2");
        assertThat(all.get(0).path("address").asText()).isEqualTo("127.0.0.1");
        String user = all.get(0).path("user").asText();
        assertThat(ask("GET", "/api/v1/connections?user=" + user, null).body().path("connections"))
                .hasSize(1);
        assertThat(ask("GET", "/api/v1/connections?limit=1", null).body().path("connections"))
                .hasSize(1);
    }

    @Test
    void tellsTheDeviceOfAConnection() throws Exception {
        RawClient client = RawClient.upgraded(addresses.open(), "/ws", WIRE);
        clients.add(client);
        Command connect = new Command.Connect(null, null, new DeviceId("phone"), Map.of(), null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), connect));
        client.event(Encoding.JSON, Event.Connected.class);
        client(Map.of("hall", true));

        JsonNode all = ask("GET", "/api/v1/connections", null).body().path("connections");

        assertThat(all).hasSize(2);
        assertThat(all.findValuesAsText("device")).containsExactly("phone");
    }

    @Test
    void kicksAConnectionAndAUser() throws Exception {
        RawClient one = client(Map.of("hall", true));
        JsonNode first = ask("GET", "/api/v1/connections", null)
                .body()
                .path("connections")
                .get(0);

        assertThat(ask(
                                "DELETE",
                                "/api/v1/connections/"
                                        + first.path("connection").asText() + "?reason=bye%20now",
                                null)
                        .body()
                        .path("closed")
                        .asInt())
                .isEqualTo(1);
        assertThat(one.event(Encoding.JSON, Event.Bye.class)).isEqualTo(new Event.Bye(CloseCode.KICKED, "bye now", -1));
        RawClient two = client(Map.of("hall", true));
        String user = ask("GET", "/api/v1/connections", null)
                .body()
                .path("connections")
                .get(0)
                .path("user")
                .asText();
        assertThat(ask("DELETE", "/api/v1/users/" + user, null).status()).isEqualTo(200);
        assertThat(two.event(Encoding.JSON, Event.Bye.class).code().code()).isEqualTo(4503);
        assertThat(ask("DELETE", "/api/v1/users/nobody", null).status()).isEqualTo(404);
    }

    @Test
    void aBannedUserIsClosedAndStaysOutAfterARestartToo() throws Exception {
        RawClient client = RawClient.upgraded(addresses.open(), "/ws", WIRE);
        clients.add(client);
        String ticket = connect(client, null, Map.of("hall", true)).resume();
        String user = ask("GET", "/api/v1/connections", null)
                .body()
                .path("connections")
                .get(0)
                .path("user")
                .asText();

        Answer banned = ask("POST", "/api/v1/bans", "{\"user\":\"" + user + "\",\"for\":\"1h\",\"reason\":\"spam\"}");

        assertThat(banned.body().path("closed").asInt()).isEqualTo(1);
        assertThat(client.event(Encoding.JSON, Event.Bye.class)).isEqualTo(new Event.Bye(CloseCode.BANNED, "spam", -1));
        gateway.close();
        start();
        assertThat(ask("GET", "/api/v1/bans", null).body().path("bans").findValuesAsText("user"))
                .containsExactly(user);
        RawClient again = RawClient.upgraded(addresses.open(), "/ws", WIRE);
        clients.add(again);
        send(again, ticket, Map.of("hall", true));
        assertThat(again.event(Encoding.JSON, Event.Bye.class).code().code()).isEqualTo(4505);
        assertThat(ask("DELETE", "/api/v1/bans?user=" + user, null).status()).isEqualTo(200);
        assertThat(ask("DELETE", "/api/v1/bans?user=" + user, null).status()).isEqualTo(404);
    }

    @Test
    void aUserThatIsBannedFromARoomLeavesItAndStaysInOthers() throws Exception {
        RawClient client = client(Map.of("hall", true, "attic", true));
        String user = ask("GET", "/api/v1/connections", null)
                .body()
                .path("connections")
                .get(0)
                .path("user")
                .asText();

        ask("POST", "/api/v1/bans", "{\"user\":\"" + user + "\",\"room\":\"hall\"}");

        assertThat(client.event(Encoding.JSON, Event.Failed.class).code().wireName())
                .isEqualTo("forbidden");
        client.send(Encoding.JSON, new Request(new RequestId.Number(7), new Command.Join(new RoomId("hall"), null, 0)));
        assertThat(client.event(Encoding.JSON, Event.Failed.class).id()).isEqualTo(new RequestId.Number(7));
        assertThat(ask("GET", "/api/v1/rooms/hall/members", null)
                        .body()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(ask("GET", "/api/v1/rooms/attic/members", null)
                        .body()
                        .path("count")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anAddressCanBeBanned() throws Exception {
        RawClient client = client(Map.of("hall", true));

        assertThat(ask("POST", "/api/v1/bans", "{\"address\":\"127.0.0.1\",\"for\":\"1m\"}")
                        .body()
                        .path("closed")
                        .asInt())
                .isEqualTo(1);

        assertThat(client.event(Encoding.JSON, Event.Bye.class).code().code()).isEqualTo(4505);
        RawClient again = RawClient.upgraded(addresses.open(), "/ws?room=hall");
        clients.add(again);
        assertThat(again.next().closeCode()).isEqualTo(4505);
    }

    @Test
    void drainAndRebalanceLetClientsGo() throws Exception {
        gateway.close();
        // With one loop nothing is rounded.
        start("transport.loops=1");
        for (int i = 0; i < 10; i++) {
            client(Map.of("hall", true));
        }

        assertThat(command("rebalance", "--shed", "30%", "--within", "100ms")).isZero();
        assertThat(connectionsAfterAWhile(7)).isEqualTo(7);
        assertThat(command("drain", "--within", "100ms")).isZero();

        assertThat(connectionsAfterAWhile(0)).isZero();
        try (RawClient newcomer = new RawClient(addresses.open())) {
            assertThat(newcomer.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /api/v1/                               |                              | 404",
                "GET    | /api/v1/nothing                        |                              | 404",
                "GET    | /api/v1/rooms/a/b/c                    |                              | 404",
                "GET    | /api/v1/rooms/a/things                 |                              | 404",
                "GET    | /api/v1/rooms/@inbox/members           |                              | 400",
                "GET    | /api/v1/rooms/a/messages?limit=0       |                              | 400",
                "GET    | /api/v1/rooms/a/messages?limit=x       |                              | 400",
                "GET    | /api/v1/rooms/a/messages?before=-1     |                              | 400",
                "GET    | /api/v1/rooms/a/messages?before=1&after=2 |                           | 400",
                "PUT    | /api/v1/rooms/a/messages               | {}                           | 405",
                "POST   | /api/v1/rooms                          | {}                           | 405",
                "DELETE | /api/v1/info                           |                              | 405",
                "POST   | /api/v1/rooms/a/messages               | not JSON                     | 400",
                "POST   | /api/v1/rooms/a/messages               | []                           | 400",
                "POST   | /api/v1/rooms/a/messages               | {}                           | 400",
                "POST   | /api/v1/rooms/a/messages               | {\"data\":1,\"key\":7}       | 400",
                "POST   | /api/v1/rooms/a/messages               | {\"data\":1,\"from\":{}}     | 400",
                "POST   | /api/v1/bans                           | {}                           | 400",
                "POST   | /api/v1/bans                           | {\"user\":\"a\",\"address\":\"1.2.3.4\"} | 400",
                "POST   | /api/v1/bans                           | {\"address\":\"home\"}       | 400",
                "POST   | /api/v1/bans                           | {\"address\":\"1.2.3.4\",\"room\":\"a\"} | 400",
                "POST   | /api/v1/bans                           | {\"user\":\"a\",\"for\":\"soon\"} | 400",
                "POST   | /api/v1/rebalance                      | {\"shed\":2}                 | 400",
                "POST   | /api/v1/rebalance                      | {}                           | 400",
                "POST   | /api/v1/drain                          | {\"within\":\"x\"}           | 400",
                "DELETE | /api/v1/connections/none               |                              | 404"
            })
    void refusesWhatIsWrong(String method, String path, @Nullable String body, int status) throws Exception {
        Answer answer = ask(method, path, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("message").asText()).isNotBlank();
    }

    @Test
    void aPageOfAnotherSiteCantUseIt() throws Exception {
        assertThat(raw("POST", "/api/v1/drain", "{}", "Content-Type", "text/plain")
                        .status())
                .isEqualTo(415);
        try (RawClient rebound = new RawClient(management())) {
            assertThat(rebound.ask(RawRequest.get("/api/v1/info")).status()).isEqualTo(403);
        }
    }

    @Test
    void aQueryThatIsntWellFormedIsRefused() throws Exception {
        try (RawClient client = new RawClient(management())) {
            assertThat(client.ask(RawRequest.get("/metrics?x=%")).status()).isEqualTo(400);
            assertThat(client.ask(RawRequest.get("/api/v1/info?x=%zz")).status())
                    .isEqualTo(400);
            assertThat(client.ask(RawRequest.get("/health/live")).status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesAreBounded() throws Exception {
        assertThat(raw(
                                "POST",
                                "/api/v1/rooms/a/messages",
                                "{\"data\":\"" + "x".repeat(20_000) + "\"}",
                                "Content-Type",
                                "application/json")
                        .status())
                .isEqualTo(413);
        Answer beyond =
                raw("POST", "/api/v1/rooms/a/messages", " ".repeat(1_000_000), "Content-Type", "application/json");
        assertThat(beyond.status()).isEqualTo(413);
        assertThat(beyond.body().path("error").asText()).isEqualTo("too_large");
    }

    @Test
    void asksForTheKeyAndHearsNobodyWhoGuesses() throws Exception {
        gateway.close();
        start("management.key=0123456789abcdef");
        assertThat(ask("GET", "/api/v1/info", null).status()).isEqualTo(401);
        key = "0123456789abcdef";
        assertThat(ask("GET", "/api/v1/info", null).status()).isEqualTo(200);
        assertThat(raw("GET", "/api/v1/info", null, "X-Api-Key", key).status()).isEqualTo(200);
        assertThat(raw("GET", "/metrics", null, "X-None", "1").status()).isEqualTo(200);
        for (int i = 0; i < 4; i++) {
            assertThat(raw("GET", "/api/v1/info", null, "X-Api-Key", "guess" + i)
                            .status())
                    .isEqualTo(401);
        }

        assertThat(raw("GET", "/api/v1/info", null, "X-Api-Key", "guess").status())
                .isEqualTo(429);
        assertThat(ask("GET", "/api/v1/info", null).status()).isEqualTo(429);
    }

    private void start(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "listen.host=127.0.0.1",
                "listen.port=0",
                "management.port=0",
                "transport.loops=2",
                "drain=0s",
                "overload.loop-lag=0s",
                "overload.heap=0",
                "log.directory=" + directory.resolve("data")));
        all.addAll(Arrays.asList(settings));
        gateway = new Gateway(ConfigLoader.load(Optional.empty(), Map.of(), all));
        addresses = gateway.start();
    }

    private int connectionsAfterAWhile(int expected) throws Exception {
        int count = -1;
        for (int i = 0; i < 400 && count != expected; i++) {
            count = ask("GET", "/api/v1/connections", null)
                    .body()
                    .path("connections")
                    .size();
            Thread.sleep(50);
        }
        return count;
    }

    private int command(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--set", "management.port=" + management().getPort()));
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        return command.execute(all.toArray(String[]::new));
    }

    private InetSocketAddress management() {
        InetSocketAddress managed = addresses.management();
        assertThat(managed).isNotNull();
        return managed;
    }

    private RawClient client(Map<String, Boolean> rooms) throws IOException {
        RawClient client = RawClient.upgraded(addresses.open(), "/ws", WIRE);
        clients.add(client);
        connect(client, null, rooms);
        return client;
    }

    private static Event.Connected connect(RawClient client, @Nullable String ticket, Map<String, Boolean> rooms)
            throws IOException {
        send(client, ticket, rooms);
        return client.event(Encoding.JSON, Event.Connected.class);
    }

    private static void send(RawClient client, @Nullable String ticket, Map<String, Boolean> rooms) throws IOException {
        Map<RoomId, @Nullable Position> named = new HashMap<>();
        rooms.keySet().forEach(room -> named.put(new RoomId(room), null));
        client.send(
                Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(null, ticket, named, null)));
    }

    /** Asks, and holds the answer against the document. */
    private Answer ask(String method, String path, @Nullable String body) throws Exception {
        Answer answer = key.isEmpty()
                ? raw(method, path, body, "Content-Type", "application/json")
                : raw(method, path, body, "Content-Type", "application/json", "Authorization", "Bearer " + key);
        if (document != null) {
            described(method, path, answer);
        }
        return answer;
    }

    private Answer raw(String method, String path, @Nullable String body, String... headers) throws Exception {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        URI uri = URI.create("http://127.0.0.1:" + management().getPort() + path);
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, publisher)
                        .headers(headers)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        boolean json = response.headers().firstValue("content-type").orElse("").startsWith("application/json");
        return new Answer(response.statusCode(), json ? JSON.readTree(response.body()) : JSON.nullNode());
    }

    private void described(String method, String path, Answer answer) {
        String plain = path.replaceFirst("\\?.*", "");
        Optional<JsonNode> operation = document.path("paths").properties().stream()
                .filter(entry -> Pattern.matches(entry.getKey().replaceAll("\\{[a-z]+}", "[^/]+"), plain))
                .map(entry -> entry.getValue().path(method.toLowerCase(Locale.ROOT)))
                .filter(JsonNode::isObject)
                .findFirst();
        boolean general = answer.status() == 404
                || answer.status() == 405
                || answer.status() == 401
                || answer.status() == 403
                || answer.status() == 429;
        if (operation.isEmpty()) {
            assertThat(general || answer.status() == 400)
                    .as("%s %s isn't in the document: %s", method, path, answer)
                    .isTrue();
            valid(JSON.createObjectNode().put("$ref", "#/components/schemas/Error"), answer.body(), path);
            return;
        }
        JsonNode response = operation.get().path("responses").path("" + answer.status());
        assertThat(response.isObject() || general)
                .as("%s %s with %s", method, path, answer)
                .isTrue();
        if (response.isObject()) {
            valid(response.path("content").path("application/json").path("schema"), answer.body(), path);
        }
    }

    /** As much of JSON Schema as the document uses. */
    private void valid(JsonNode schema, JsonNode value, String where) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asText().substring("#/components/schemas/".length());
            valid(document.path("components").path("schemas").path(name), value, where);
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> {
                assertThat(value.isObject()).as(where).isTrue();
                schema.path("required")
                        .forEach(name -> assertThat(value.has(name.asText()))
                                .as("%s.%s", where, name)
                                .isTrue());
                if (!schema.path("additionalProperties").asBoolean(true)) {
                    value.fieldNames()
                            .forEachRemaining(
                                    name -> assertThat(schema.path("properties").has(name))
                                            .as("%s.%s isn't in the document", where, name)
                                            .isTrue());
                }
                schema.path("properties").properties().forEach(property -> {
                    if (value.has(property.getKey())) {
                        valid(property.getValue(), value.get(property.getKey()), where + "." + property.getKey());
                    }
                });
            }
            case "array" -> value.forEach(item -> valid(schema.path("items"), item, where + "[]"));
            case "string" -> assertThat(value.isTextual()).as(where).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(where).isTrue();
            default -> assertThat(value.isMissingNode()).as(where).isFalse();
        }
    }
}
