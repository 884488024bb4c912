package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Position;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Phones on real sockets and several loops hide, lose their sockets and come back. */
class GatewayResumeIT {
    private static final RoomId ROOM = new RoomId("mountains");
    private static final String SECRET = "resume.secret=a secret that outlives the server";

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void aPhoneThatComesBackMissesNothingAndIsWhoItWas(IoKind kind) throws Exception {
        try (Gateway gateway = gateway(kind)) {
            InetSocketAddress server = gateway.start().open();
            try (RawClient speaker = open(server, Encoding.JSON)) {
                connect(speaker, Encoding.JSON, null, true);
                Event.Connected first;
                try (RawClient lost = open(server, Encoding.CBOR)) {
                    first = connect(lost, Encoding.CBOR, null, true);
                    say(speaker, "1");
                    assertThat(seq(lost, Encoding.CBOR)).isEqualTo(1);
                    lost.resetOnClose();
                }
                say(speaker, "2");

                try (RawClient back = open(server, Encoding.CBOR);
                        RawClient again = open(server, Encoding.JSON)) {
                    Event.Connected second = connect(back, Encoding.CBOR, first.resume(), false);
                    assertThat(second.user()).isEqualTo(first.user());
                    // The reset may be seen only after the message was written.
                    Position since =
                            new Position(second.rooms().get(ROOM).head().epoch(), 1, Position.NO_TIME);
                    back.send(Encoding.CBOR, new Request(new RequestId.Number(2), new Command.Join(ROOM, since, 0)));
                    while (seq(back, Encoding.CBOR) < 2) {
                        // It was seen before.
                    }

                    Event.Connected third = connect(again, Encoding.JSON, second.resume(), false);
                    assertThat(third.user()).isEqualTo(first.user());
                    assertThat(third.rooms()).containsKey(ROOM);
                    assertThat(back.event(Encoding.CBOR, Event.Bye.class).code().code())
                            .isEqualTo(4507);
                    List<ServerFrame> end = back.framesToEndAfterAnswering();
                    assertThat(end.get(end.size() - 1).closeCode()).isEqualTo(4507);
                    say(speaker, "3");
                    assertThat(seq(again, Encoding.JSON)).isEqualTo(3);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void aHiddenPhoneGetsEverythingWhenItShowsItself(IoKind kind) throws Exception {
        try (Gateway gateway = gateway(kind)) {
            InetSocketAddress server = gateway.start().open();
            try (RawClient speaker = open(server, Encoding.JSON);
                    RawClient phone = open(server, Encoding.JSON)) {
                connect(speaker, Encoding.JSON, null, true);
                connect(phone, Encoding.JSON, null, true);
                phone.send(Encoding.JSON, new Request(new RequestId.Number(2), new Command.Hide()));
                assertThat(phone.event(Encoding.JSON)).isInstanceOf(Event.Done.class);
                for (int i = 1; i <= 200; i++) {
                    say(speaker, "x".repeat(2_000));
                    assertThat(seq(speaker, Encoding.JSON)).isEqualTo(i);
                }

                phone.send(Encoding.JSON, new Request(new RequestId.Number(3), new Command.Show(Map.of())));
                say(speaker, "live");

                assertThat(phone.event(Encoding.JSON)).isInstanceOf(Event.Shown.class);
                for (int i = 1; i <= 201; i++) {
                    assertThat(seq(phone, Encoding.JSON)).isEqualTo(i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.transport.Transports#available")
    void aTicketSaysWhoAPhoneIsAfterARestart(IoKind kind) throws Exception {
        Event.Connected before;
        try (Gateway gateway = gateway(kind);
                RawClient phone = open(gateway.start().open(), Encoding.JSON)) {
            before = connect(phone, Encoding.JSON, null, true);
        }
        try (Gateway gateway = gateway(kind);
                RawClient phone = open(gateway.start().open(), Encoding.JSON)) {
            Event.Connected after = connect(phone, Encoding.JSON, before.resume(), true);

            assertThat(after.user()).isEqualTo(before.user());
            assertThat(after.connection()).isNotEqualTo(before.connection());
        }
    }

    private static Gateway gateway(IoKind kind) {
        return new Gateway(TestConfig.onLoopback(
                "transport.kind=" + kind.name().toLowerCase(Locale.ROOT), "transport.loops=3", SECRET));
    }

    private static RawClient open(InetSocketAddress server, Encoding encoding) throws IOException {
        String protocol = "magpie.v1." + encoding.name().toLowerCase(Locale.ROOT);
        return RawClient.upgraded(server, "/ws", "Sec-WebSocket-Protocol: " + protocol);
    }

    private static Event.Connected connect(
            RawClient client, Encoding encoding, @Nullable String ticket, boolean intoTheRoom) throws IOException {
        Map<RoomId, @Nullable Position> rooms = new HashMap<>();
        if (intoTheRoom) {
            rooms.put(ROOM, null);
        }
        client.send(encoding, new Request(new RequestId.Number(1), new Command.Connect(null, ticket, rooms, null)));
        return client.event(encoding, Event.Connected.class);
    }

    private static void say(RawClient speaker, String text) throws IOException {
        Body body = new Body.Json(('"' + text + '"').getBytes(StandardCharsets.UTF_8));
        speaker.send(
                Encoding.JSON,
                new Request(null, new Command.Send(new Command.ToRoom(ROOM), null, null, Priority.NORMAL, body)));
    }

    private static long seq(RawClient member, Encoding encoding) throws IOException {
        return member.event(encoding, Event.Delivered.class).message().seq();
    }
}
