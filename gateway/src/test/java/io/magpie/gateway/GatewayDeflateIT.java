package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.DeflateClient;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.transport.WindowedInflater;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * permessage-deflate end to end (RFC 7692), with the JDK's zlib on the client's side and with another implementation: the
 * behaviours that sections 12 and 13 of the full Autobahn suite try, which its Java edition doesn't have.
 */
class GatewayDeflateIT {
    private static final String EXTENSION = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final int[] SIZES = {0, 1, 16, 64, 255, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536};

    private static Gateway gateway;
    private static Addresses addresses;

    @BeforeAll
    static void start() {
        gateway = new Gateway(TestConfig.onLoopback(
                "websocket.compression.enabled=true",
                "websocket.compression.inflated-per-second=0",
                "transport.loops=2",
                "edge.control-frames=10000",
                "limits.message=64KiB",
                "websocket.max-message=128KiB"));
        addresses = gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesMessagesOfEverySizeWithAndWithoutContextOfTheClient(boolean takeover) throws IOException {
        Deflater deflater = new Deflater(6, true);
        try (RawClient client = client("sizes" + takeover, EXTENSION)) {
            for (int round = 0; round < 20; round++) {
                for (int size : SIZES) {
                    byte[] text = text(size, round);
                    byte[] packed = ClientFrame.deflated(deflater, text);
                    client.send(ClientFrame.of(1, packed).withRsv(4));
                    if (!takeover) {
                        deflater.reset();
                    }
                    ServerFrame echo = client.next();
                    assertThat(echo.opcode()).isEqualTo(1);
                    assertThat(echo.message()).isEqualTo(text);
                    assertThat(echo.rsv()).as("size %s", size).isEqualTo(size < 256 ? 0 : 4);
                }
            }
        } finally {
            deflater.end();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 128, 1_000})
    void readsCompressedMessagesInFragments(int fragment) throws IOException {
        byte[] text = text(20 * fragment, 1);
        byte[] packed = ClientFrame.deflated(text);
        try (RawClient client = client("fragments" + fragment, EXTENSION)) {
            for (int round = 0; round < 10; round++) {
                for (int at = 0; at < packed.length; at += fragment) {
                    int end = Math.min(at + fragment, packed.length);
                    byte[] part = Arrays.copyOfRange(packed, at, end);
                    client.send(new ClientFrame(end == packed.length, at == 0 ? 4 : 0, at == 0 ? 2 : 0, part));
                    client.send(ClientFrame.pong("between"));
                }
                ServerFrame echo = client.next();
                assertThat(echo.opcode()).isEqualTo(2);
                assertThat(echo.message()).isEqualTo(text);
            }
        }
    }

    @Test
    void readsWhatDoesNotCompress() throws IOException {
        byte[] noise = new byte[60_000];
        new Random(7).nextBytes(noise);
        try (RawClient client = client("noise", EXTENSION)) {
            client.send(ClientFrame.of(2, ClientFrame.deflated(noise)).withRsv(4));

            ServerFrame echo = client.next();
            assertThat(echo.rsv()).isZero();
            assertThat(echo.payload()).isEqualTo(noise);
        }
    }

    @Test
    void sendsEachMessageWithoutContextSoThatOneFrameServesAll() throws IOException {
        try (RawClient early = client("shared", EXTENSION)) {
            byte[] text = text(2_000, 1);
            early.send(ClientFrame.of(1, text));
            assertThat(early.next().message()).isEqualTo(text);
            try (RawClient late = client("shared", EXTENSION + "; server_no_context_takeover");
                    RawClient without = client("shared")) {
                late.send(ClientFrame.text("ping"));
                without.send(ClientFrame.text("ping"));
                assertThat(late.next().text()).isEqualTo("pong");
                assertThat(without.next().text()).isEqualTo("pong");
                early.send(ClientFrame.of(1, text));

                ServerFrame first = early.next();
                assertThat(first.rsv()).isEqualTo(4);
                assertThat(late.next().payload()).isEqualTo(first.payload());
                ServerFrame plain = without.next();
                assertThat(plain.rsv()).isZero();
                assertThat(plain.payload()).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    permessage-deflate                                                        | 4
                    permessage-deflate; server_no_context_takeover                            | 4
                    permessage-deflate; client_no_context_takeover                            | 4
                    permessage-deflate; server_max_window_bits=15                             | 4
                    permessage-deflate; server_max_window_bits=9                              | 4
                    permessage-deflate; client_max_window_bits                                | 4
                    permessage-deflate; client_max_window_bits=9                              | 4
                    permessage-deflate; client_max_window_bits=15; server_max_window_bits=15  | 4
                    permessage-deflate; server_max_window_bits=8, permessage-deflate          | 4
                    permessage-deflate; server_max_window_bits=abc, permessage-deflate        | 4
                    """)
    void keepsToWhatWasNegotiated(String offer, int rsv) throws IOException {
        try (RawClient client = new RawClient(addresses.open())) {
            HttpReply reply = client.ask(RawRequest.upgrade("/ws?room=" + Integer.toHexString(offer.hashCode()))
                    .with("Sec-WebSocket-Extensions: " + offer));

            assertThat(reply.header("sec-websocket-extensions"))
                    .startsWith("permessage-deflate; server_no_context_takeover")
                    .doesNotContain("client_");
            byte[] text = text(3_000, 1);
            client.send(ClientFrame.of(1, ClientFrame.deflated(text)).withRsv(4));
            ServerFrame echo = client.next();
            assertThat(echo.rsv()).isEqualTo(rsv);
            assertThat(echo.message()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 15})
    void sendsAllMembersWithTheSameWindowOneFrameThatKeepsToIt(int bits) throws IOException {
        String offer = EXTENSION + "; server_max_window_bits=" + bits;
        try (RawClient first = client("window" + bits, offer);
                RawClient second = client("window" + bits, offer)) {
            second.send(ClientFrame.text("ping"));
            assertThat(second.next().text()).isEqualTo("pong");
            for (int size : new int[] {300, 512, 513, 5_000, 60_000}) {
                byte[] text = text(size, bits);
                first.send(ClientFrame.of(1, text));

                ServerFrame frame = first.next();
                assertThat(frame.rsv()).isEqualTo(4);
                assertThat(frame.message()).isEqualTo(text);
                WindowedInflater inflated = WindowedInflater.of(frame.payload());
                assertThat(inflated.message()).isEqualTo(text);
                assertThat(inflated.furthest()).isBetween(1, 1 << bits);
                assertThat(second.next().payload()).isEqualTo(frame.payload());
            }
        }
    }

    @Test
    void sendsEachMemberWhatItsWindowTakes() throws IOException {
        byte[] text = text(40_000, 3);
        try (RawClient full = client("windows", EXTENSION);
                RawClient small = client("windows", EXTENSION + "; server_max_window_bits=9");
                RawClient none = client("windows")) {
            for (RawClient client : List.of(full, small, none)) {
                client.send(ClientFrame.text("ping"));
                assertThat(client.next().text()).isEqualTo("pong");
            }
            none.send(ClientFrame.of(1, text));

            byte[] packed = full.next().payload();
            assertThat(WindowedInflater.of(packed).furthest()).isGreaterThan(512);
            ServerFrame own = small.next();
            assertThat(own.payload().length).isGreaterThan(packed.length);
            assertThat(own.message()).isEqualTo(text);
            assertThat(none.next().payload()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; client_max_window_bits=abc",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; no_such_parameter",
                "x-webkit-deflate-frame"
            })
    void goesOnWithoutCompressionWhenItDeclines(String offer) throws IOException {
        try (RawClient client = new RawClient(addresses.open())) {
            HttpReply reply =
                    client.ask(RawRequest.upgrade("/ws?room=declined").with("Sec-WebSocket-Extensions: " + offer));

            assertThat(reply.status()).isEqualTo(101);
            assertThat(reply.headers()).doesNotContainKey("sec-websocket-extensions");
            byte[] text = text(3_000, 1);
            client.send(ClientFrame.of(1, text));
            assertThat(client.next()).satisfies(echo -> {
                assertThat(echo.rsv()).isZero();
                assertThat(echo.payload()).isEqualTo(text);
            });
            client.send(ClientFrame.compressed("not negotiated"));
            assertThat(client.next().closeCode()).isEqualTo(1002);
        }
    }

    @ParameterizedTest
    @MethodSource("offersOfAnotherImplementation")
    void talksToAnotherImplementation(PerMessageDeflateClientExtensionHandshaker offer) throws Exception {
        try (DeflateClient client = DeflateClient.connect(addresses.open(), "/ws?room=netty", offer)) {
            for (int round = 0; round < 10; round++) {
                for (int size : SIZES) {
                    String text = new String(text(size, round), StandardCharsets.UTF_8);
                    client.say(text);
                    assertThat(client.hear()).isEqualTo(text);
                }
            }
            assertThat(client.compressedFrames()).isPositive();
        }
    }

    static Stream<PerMessageDeflateClientExtensionHandshaker> offersOfAnotherImplementation() {
        return Stream.of(
                new PerMessageDeflateClientExtensionHandshaker(0),
                new PerMessageDeflateClientExtensionHandshaker(9, false, 15, true, true, 0),
                new PerMessageDeflateClientExtensionHandshaker(6, false, 15, false, true, 0),
                new PerMessageDeflateClientExtensionHandshaker(6, false, 10, false, false, 0));
    }

    private static RawClient client(String room, String... headers) throws IOException {
        return RawClient.upgraded(addresses.open(), "/ws?room=" + room, headers);
    }

    /** Text that compresses, different in each round, with references across messages. */
    private static byte[] text(int size, int round) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(round);
        while (text.length() < size) {
            text.append("{\"type\":\"message\",\"n\":")
                    .append(random.nextInt(1_000))
                    .append("} ");
        }
        text.setLength(size);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
