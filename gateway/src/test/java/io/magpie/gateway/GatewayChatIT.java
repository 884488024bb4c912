package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of every kind talk over real sockets, on every transport of the machine. */
class GatewayChatIT {
    private static final RoomId ROOM = new RoomId("大厅");
    private static final String IN_ROOM = "/ws?room=%E5%A4%A7%E5%8E%85";
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final String CBOR = "Sec-WebSocket-Protocol: magpie.v1.cbor";
    private static final String SETTLED = "all are in";
    private static final byte[] BYTES = {0, 1, (byte) 0xFF, (byte) 0xC3, 0x28};

    /** Seconds. */
    private static final int PATIENCE = 30;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void plainClientsReceiveTextAndBinaryAsTheyWereSent(IoKind kind) throws IOException {
        InetSocketAddress server = start(kind);
        RawClient alice = plain(server, "/?room=r");
        RawClient bob = plain(server, "/ws?room=r");
        RawClient elsewhere = plain(server, "/ws?room=other");
        settle(alice, bob);

        alice.send(ClientFrame.text("hello 大 😀"), ClientFrame.binary(BYTES), ClientFrame.text("{\"a\": 1}"));
        bob.send(ClientFrame.text("ping"));
        elsewhere.send(ClientFrame.text("to nobody"));

        for (RawClient member : List.of(alice, bob)) {
            List<ServerFrame> frames = new ArrayList<>();
            while (frames.size() < 3) {
                ServerFrame frame = member.next();
                if (!frame.text().equals("pong")) {
                    frames.add(frame);
                }
            }
            assertThat(frames).extracting(ServerFrame::opcode).containsExactly(1, 2, 1);
            assertThat(frames.get(0).text()).isEqualTo("hello 大 😀");
            assertThat(frames.get(1).payload()).isEqualTo(BYTES);
            assertThat(frames.get(2).text()).isEqualTo("{\"a\": 1}");
        }
        assertThat(elsewhere.next().text()).isEqualTo("to nobody");
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void aMessageReachesMembersOfEveryEncodingInItsForm(IoKind kind) throws IOException {
        InetSocketAddress server = start(kind);
        RawClient json = envelopes(server, JSON, Encoding.JSON);
        RawClient cbor = envelopes(server, CBOR, Encoding.CBOR);
        RawClient plain = plain(server, IN_ROOM);
        settle(plain);
        skipTo(json, SETTLED);
        skipTo(cbor, SETTLED);

        String data = "{ \"z\":1.50, \"a\" : [1e2 , \"\\u00e9\"]}";
        json.send(ClientFrame.text("{\"type\":\"send\",\"room\":\"大厅\",\"data\":" + data + "}"));
        assertThat(json.next().text()).contains("\"data\":" + data);
        assertThat(message(cbor, Encoding.CBOR).body()).isInstanceOf(Body.Cbor.class);
        assertThat(plain.next().text()).isEqualTo(data);

        json.send(ClientFrame.text("{\"type\":\"send\",\"room\":\"大厅\",\"data\":\"a string \\u0041\"}"));
        assertThat(json.next().text()).contains("\"data\":\"a string \\u0041\"");
        message(cbor, Encoding.CBOR);
        assertThat(plain.next().text()).isEqualTo("a string A");

        plain.send(ClientFrame.text("said \"plainly\""));
        assertThat(json.next().text()).contains("\"data\":\"said \\\"plainly\\\"\"");
        message(cbor, Encoding.CBOR);
        assertThat(plain.next().text()).isEqualTo("said \"plainly\"");

        cbor.send(Encoding.CBOR, send(null, new Body.Cbor(ClientFrame.hex("a1 61 6b 82 01 f6"))));
        assertThat(json.next().text()).contains("\"data\":{\"k\":[1,null]}");
        assertThat(message(cbor, Encoding.CBOR).body()).isEqualTo(new Body.Cbor(ClientFrame.hex("a1 61 6b 82 01 f6")));
        assertThat(plain.next().text()).isEqualTo("{\"k\":[1,null]}");
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void binaryIsBase64InJsonAndBytesElsewhere(IoKind kind) throws IOException {
        InetSocketAddress server = start(kind);
        RawClient json = envelopes(server, JSON, Encoding.JSON);
        RawClient cbor = envelopes(server, CBOR, Encoding.CBOR);
        RawClient plain = plain(server, IN_ROOM);
        settle(plain);
        skipTo(json, SETTLED);
        skipTo(cbor, SETTLED);

        plain.send(ClientFrame.binary(BYTES));
        assertEverybodyReceivesBytes(json, cbor, plain);
        cbor.send(Encoding.CBOR, send(null, new Body.Binary(BYTES)));
        assertEverybodyReceivesBytes(json, cbor, plain);
        json.send(Encoding.JSON, send(null, new Body.Binary(BYTES)));
        assertEverybodyReceivesBytes(json, cbor, plain);
    }

    private static void assertEverybodyReceivesBytes(RawClient json, RawClient cbor, RawClient plain)
            throws IOException {
        assertThat(json.next().text())
                .contains("\"binary\":\"" + Base64.getEncoder().encodeToString(BYTES) + "\"");
        assertThat(message(cbor, Encoding.CBOR).body()).isEqualTo(new Body.Binary(BYTES));
        ServerFrame frame = plain.next();
        assertThat(frame.opcode()).isEqualTo(2);
        assertThat(frame.payload()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void everybodySeesTheSameMessagesInTheSameOrder(IoKind kind) throws IOException {
        InetSocketAddress server = start(kind);
        List<RawClient> members = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            members.add(i % 2 == 0 ? envelopes(server, JSON, Encoding.JSON) : envelopes(server, CBOR, Encoding.CBOR));
        }
        for (int n = 0; n < 25; n++) {
            for (int i = 0; i < 4; i++) {
                String name = i + ":" + n;
                members.get(i).send(encoding(i), send(name, new Body.Binary(name.getBytes(StandardCharsets.UTF_8))));
            }
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            List<String> seen = new ArrayList<>();
            long seq = 0;
            while (seen.size() < 100) {
                Message message = message(members.get(i), encoding(i));
                assertThat(message.seq()).isEqualTo(++seq);
                seen.add(new String(message.body().bytes(), StandardCharsets.UTF_8));
            }
            if (order.isEmpty()) {
                order.addAll(seen);
            }
            assertThat(seen).isEqualTo(order);
        }
        for (int i = 0; i < 4; i++) {
            String sender = i + ":";
            assertThat(order.stream().filter(name -> name.startsWith(sender)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 25).mapToObj(n -> sender + n).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void aClientOfAnotherImplementationCanTalk(IoKind kind) throws Exception {
        InetSocketAddress server = start(kind);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("magpie.v1.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + server.getPort() + "/ws"), new Collecting(received))
                .get(PATIENCE, TimeUnit.SECONDS);

        assertThat(client.getSubprotocol()).isEqualTo("magpie.v1.json");
        client.sendText("{\"type\":\"connect\",\"id\":1,", false).get(PATIENCE, TimeUnit.SECONDS);
        client.sendText("\"rooms\":{\"r\":null}}", true).get(PATIENCE, TimeUnit.SECONDS);
        assertThat(received.poll(PATIENCE, TimeUnit.SECONDS)).contains("\"connected\"", "\"id\":1");

        String large = "大".repeat(5_000);
        client.sendText("{\"type\":\"send\",\"room\":\"r\",\"data\":\"" + large + "\"}", true)
                .get(PATIENCE, TimeUnit.SECONDS);
        assertThat(received.poll(PATIENCE, TimeUnit.SECONDS)).contains(large);

        client.sendClose(1000, "bye").get(PATIENCE, TimeUnit.SECONDS);
        assertThat(received.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo("close 1000");
    }

    private InetSocketAddress start(IoKind kind) {
        Gateway gateway = new Gateway(
                TestConfig.onLoopback("transport.kind=" + kind.name().toLowerCase(Locale.ROOT), "transport.loops=2"));
        open.add(gateway);
        return gateway.start().open();
    }

    private RawClient plain(InetSocketAddress server, String target) throws IOException {
        RawClient client = RawClient.upgraded(server, target);
        open.add(client);
        return client;
    }

    /** A client that has connected and is in the room. */
    private RawClient envelopes(InetSocketAddress server, String protocol, Encoding encoding) throws IOException {
        RawClient client = RawClient.upgraded(server, "/ws", protocol);
        open.add(client);
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        rooms.put(ROOM, null);
        client.send(encoding, new Request(new RequestId.Number(1), new Command.Connect(null, rooms, null)));
        Event.Connected connected = client.event(encoding, Event.Connected.class);
        assertThat(connected.rooms()).containsKey(ROOM);
        return client;
    }

    /** Waits until plain members, who get no answer to their join, are in: each hears itself, then all hear the last. */
    private static void settle(RawClient... members) throws IOException {
        for (int i = 0; i < members.length; i++) {
            members[i].send(ClientFrame.text("in " + i));
            skipTo(members[i], "in " + i);
        }
        members[0].send(ClientFrame.text(SETTLED));
        for (RawClient member : members) {
            skipTo(member, SETTLED);
        }
    }

    private static void skipTo(RawClient client, String text) throws IOException {
        while (!client.next().text().contains(text)) {
            // It was said before.
        }
    }

    private static Message message(RawClient client, Encoding encoding) throws IOException {
        return client.event(encoding, Event.Delivered.class).message();
    }

    private static Request send(@Nullable String key, Body body) {
        return new Request(null, new Command.Send(new Command.ToRoom(ROOM), key, null, Priority.NORMAL, body));
    }

    private static Encoding encoding(int i) {
        return i % 2 == 0 ? Encoding.JSON : Encoding.CBOR;
    }

    /** Collects whole texts, and the close. */
    private static final class Collecting implements WebSocket.Listener {
        private final BlockingQueue<String> received;
        private final StringBuilder partial = new StringBuilder();

        Collecting(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                received.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("close " + code);
            return null;
        }
    }
}
