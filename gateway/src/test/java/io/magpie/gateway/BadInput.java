package io.magpie.gateway;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What no client should send, and what it is answered: by a server that compresses, has {@code chat.example} for its only
 * host and {@code https://chat.example} for its only origin.
 */
final class BadInput {
    private static final String MASK = "1a2b3c4d";

    private BadInput() {}

    /**
     * One row.
     *
     * @param bytes all that the client sends; after the upgrade if the row is about frames
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(String input, String expected, boolean frames, byte[] bytes) {
        /** A client that may send the bytes. */
        RawClient client(InetSocketAddress server) throws IOException {
            return frames
                    ? RawClient.upgraded(server, "/ws?room=bad", "Sec-WebSocket-Extensions: permessage-deflate")
                    : new RawClient(server);
        }

        /** Sends everything, unless the server has seen enough before. */
        void send(RawClient client) throws IOException {
            try {
                client.send(bytes);
            } catch (SocketException seenEnough) {
                assertThat(seenEnough).hasMessageMatching(".*(reset|Broken pipe).*");
            }
        }

        /** What the server answers, which nothing may follow. */
        String answer(RawClient client) throws IOException {
            return frames ? close(client) : reply(client);
        }

        private static String close(RawClient client) {
            List<ServerFrame> frames = client.framesToEnd();
            assertThat(frames)
                    .as("exactly one close frame")
                    .filteredOn(ServerFrame::isClose)
                    .hasSize(1);
            ServerFrame last = frames.get(frames.size() - 1);
            assertThat(last.isClose()).as("nothing follows").isTrue();
            return "close " + last.closeCode();
        }

        private String reply(RawClient client) throws IOException {
            if (expected.equals("closed")) {
                assertThat(client.in().rest()).as("no answer").isEmpty();
                return "closed";
            }
            HttpReply reply = client.in().reply();
            if (reply.status() == 101) {
                return "101";
            }
            assertThat(client.framesToEnd()).as("nothing follows").isEmpty();
            return reply.status() + ", closed";
        }

        @Override
        public String toString() {
            return input;
        }
    }

    /** All rows, in the order of the table in docs/security.md. */
    static Stream<Row> rows() {
        return Stream.of(requests(), plain(), malformed(), BadBodies.rows(), frames())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> requests() {
        RawRequest upgrade = RawRequest.upgrade("/ws");
        return Stream.of(
                row("`POST` as upgrade", "405, closed", upgrade.withLine("POST /ws HTTP/1.1")),
                row("upgrade with HTTP/1.0", "505, closed", upgrade.withLine("GET /ws HTTP/1.0")),
                row("no `Host`", "400, closed", upgrade.without("Host")),
                row("two `Host`", "400, closed", upgrade.with("Host: chat.example")),
                row("two `Host` that differ", "400, closed", upgrade.with("Host: b")),
                row("`Host` that isn't in the list", "421, closed", upgrade.replacing("Host: evil.example")),
                row("absolute target", "400, closed", upgrade.withLine("GET http://evil/ws HTTP/1.1")),
                row("`/ws/../admin`", "404, closed", upgrade.withLine("GET /ws/../admin HTTP/1.1")),
                row("`/ws%2f..`", "404, closed", upgrade.withLine("GET /ws%2f.. HTTP/1.1")),
                row("`//ws`", "404, closed", upgrade.withLine("GET //ws HTTP/1.1")),
                row("`/ws;x`", "404, closed", upgrade.withLine("GET /ws;x HTTP/1.1")),
                row("no `Connection: Upgrade`", "400, closed", upgrade.without("Connection")),
                row("no `Upgrade`, but a key", "400, closed", upgrade.without("Upgrade")),
                row("no key", "400, closed", upgrade.without("Sec-WebSocket-Key")),
                row("a key of 5 characters", "400, closed", upgrade.replacing("Sec-WebSocket-Key: abcde")),
                row("two keys", "400, closed", upgrade.with("Sec-WebSocket-Key: " + RawRequest.KEY)),
                row("version 7", "426, closed", upgrade.replacing("Sec-WebSocket-Version: 7")),
                row("version 8", "426, closed", upgrade.replacing("Sec-WebSocket-Version: 8")),
                row("version 99", "426, closed", upgrade.replacing("Sec-WebSocket-Version: 99")),
                row("version abc", "426, closed", upgrade.replacing("Sec-WebSocket-Version: abc")),
                row("version `8, 13`", "426, closed", upgrade.replacing("Sec-WebSocket-Version: 8, 13")),
                row("version 13 twice", "426, closed", upgrade.with("Sec-WebSocket-Version: 13")),
                row("no version", "426, closed", upgrade.without("Sec-WebSocket-Version")),
                row("upgrade with `Content-Length`", "400, closed", upgrade.with("Content-Length: 3\r\n\r\nab")),
                new Row(
                        "upgrade with a body",
                        "400, closed",
                        false,
                        join(upgrade.with("Content-Length: 3").bytes(), new byte[3])),
                row(
                        "upgrade with `Transfer-Encoding`",
                        "400, closed",
                        upgrade.with("Transfer-Encoding: chunked\r\n\r\n0")),
                row(
                        "8 KB of sub-protocols",
                        "400, closed",
                        upgrade.with("Sec-WebSocket-Protocol: " + "a,".repeat(3_900))),
                row(
                        "3,000 sub-protocols",
                        "400, closed",
                        upgrade.with("Sec-WebSocket-Protocol: " + "a,".repeat(3_000))),
                row("an unknown sub-protocol", "400, closed", upgrade.with("Sec-WebSocket-Protocol: mqtt")),
                row(
                        "`permessage-deflate` 300 times",
                        "400, closed",
                        upgrade.with("Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(300))),
                row(
                        "`client_max_window_bits=abc`",
                        "101",
                        upgrade.with("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=abc")),
                row(
                        "`x-webkit-deflate-frame`",
                        "101",
                        upgrade.with("Sec-WebSocket-Extensions: x-webkit-deflate-frame")),
                row("`Origin: https://evil.example`", "403, closed", upgrade.with("Origin: https://evil.example")),
                row("`Origin: null`", "403, closed", upgrade.with("Origin: null")),
                row(
                        "`Origin: https://chat.example.evil`",
                        "403, closed",
                        upgrade.with("Origin: https://chat.example.evil")),
                row("`Origin` with another port", "403, closed", upgrade.with("Origin: https://chat.example:444")),
                row(
                        "two `Origin`",
                        "403, closed",
                        upgrade.with("Origin: https://chat.example").with("Origin: https://chat.example")),
                row(
                        "cookies of another site's page",
                        "403, closed",
                        upgrade.with("Origin: https://evil.example").with("Cookie: session=1")),
                row(
                        "`Origin: weapp://wechat-game-runtime`",
                        "101",
                        upgrade.with("Origin: weapp://wechat-game-runtime")),
                row("no `Origin`", "101", upgrade));
    }

    /** Requests that don't want to upgrade. */
    private static Stream<Row> plain() {
        RawRequest get = RawRequest.get("/");
        RawRequest last = get.with("Connection: close");
        return Stream.of(
                row("`GET /` without `Host`", "400, closed", get.without("Host")),
                row("`GET /` with two `Host`", "400, closed", get.with("Host: chat.example")),
                row("`GET /` with a `Host` that isn't in the list", "421, closed", get.replacing("Host: evil.example")),
                row(
                        "`POST /login/wechat` with a `Host` that isn't in the list",
                        "421, closed",
                        RawRequest.post("/login/wechat", 0).replacing("Host: evil.example")),
                row("`GET /api/v1/rooms`", "404, closed", last.withLine("GET /api/v1/rooms HTTP/1.1")),
                row("`GET /health/ready`", "404, closed", last.withLine("GET /health/ready HTTP/1.1")),
                row("`GET /metrics`", "404, closed", last.withLine("GET /metrics HTTP/1.1")),
                row("`TRACE`", "405, closed", last.withLine("TRACE / HTTP/1.1")),
                row("`CONNECT`", "405, closed", get.withLine("CONNECT chat.example:443 HTTP/1.1")));
    }

    private static Stream<Row> malformed() {
        RawRequest upgrade = RawRequest.upgrade("/ws");
        String post = "POST / HTTP/1.1\r\nHost: chat.example\r\n";
        return Stream.of(
                row("a header of 9 KB", "431, closed", upgrade.with("X: " + "a".repeat(9_000))),
                row("a header of 100 KB", "431, closed", upgrade.with("X: " + "a".repeat(100_000))),
                row("3,000 headers", "431, closed", upgrade.with("A: b\r\n".repeat(3_000) + "C: d")),
                row("900 small headers", "431, closed", upgrade.with("A: b\r\n".repeat(900) + "C: d")),
                row("101 headers", "431, closed", upgrade.with("A: b\r\n".repeat(95) + "C: d")),
                row("a line of 5 KB", "414, closed", RawRequest.get("/" + "a".repeat(5_000))),
                row(
                        "upgrade with a line of 9 KB",
                        "414, closed",
                        upgrade.withLine("GET /" + "a".repeat(9_000) + " HTTP/1.1")),
                text("a space before the colon", "400, closed", post + "X : 1\r\n\r\n"),
                text("VT before a value", "400, closed", post + "X:\u000b1\r\n\r\n"),
                text("a bare CR in a header", "400, closed", post + "X: a\rb\r\n\r\n"),
                text("NUL in a header", "400, closed", post + "X: a\u0000b\r\n\r\n"),
                text("bare LF as ends of lines", "400, closed", "GET / HTTP/1.1\nHost: chat.example\n\n"),
                text(
                        "a header that goes on in the next line",
                        "400, closed",
                        "GET / HTTP/1.1\r\nHost: chat.example\r\nX: a\r\n b\r\n\r\n"),
                row("upgrade with a header that goes on in the next line", "400, closed", upgrade.with("X: a\r\n\tb")),
                text(
                        "a space before the first header",
                        "400, closed",
                        "GET / HTTP/1.1\r\n Host: chat.example\r\nHost: chat.example\r\n\r\n"),
                text("leading SOH", "400, closed", "\u0001GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n"),
                text("leading NUL", "400, closed", "\u0000GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n"),
                text("HTTP/9.9", "505, closed", "GET / HTTP/9.9\r\nHost: chat.example\r\n\r\n"),
                text("the preface of HTTP/2", "505, closed", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                text("a line that isn't HTTP", "400, closed", "hello there\r\n\r\n"),
                new Row(
                        "a TLS hello where there is no TLS",
                        "closed",
                        false,
                        join(hex("16030100c8010000c40303"), new byte[200], ascii("\r\n\r\n"))),
                text("a PROXY header where none is expected", "400, closed", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n\r\n"),
                text("NUL in a method", "400, closed", "G\u0000ET / HTTP/1.1\r\nHost: chat.example\r\n\r\n"),
                text(
                        "a method of 4 KB",
                        "414, closed",
                        "G".repeat(5_000) + " / HTTP/1.1\r\nHost: chat.example\r\n\r\n"),
                text(
                        "a method of 8 KB",
                        "414, closed",
                        "G".repeat(8_192) + " / HTTP/1.1\r\nHost: chat.example\r\n\r\n"));
    }

    private static Stream<Row> frames() {
        byte[] begin = ClientFrame.text("a").notFinal().bytes();
        byte[] more = ClientFrame.continuation("b").notFinal().bytes();
        byte[] end = ClientFrame.continuation("c").bytes();
        return Stream.of(
                frame("a frame that isn't masked", 1002, hex("8105 48656c6c6f")),
                frame("RSV2", 1002, ClientFrame.text("a").withRsv(2)),
                frame("RSV1 on a ping", 1002, ClientFrame.ping("a").withRsv(4)),
                frame("RSV1 on a close", 1002, ClientFrame.close().withRsv(4)),
                frame(
                        "RSV1 on a continuation",
                        1002,
                        join(begin, ClientFrame.continuation("b").withRsv(4).bytes())),
                frame("opcode 3", 1002, ClientFrame.of(3, new byte[0])),
                frame("opcode 7 with a length of 2^40", 1002, hex("87ff 0000010000000000" + MASK)),
                frame("opcode 11 with a length of 2^40", 1002, hex("8bff 0000010000000000" + MASK)),
                frame("opcode 15 with a length of 2^40", 1002, hex("8fff 0000010000000000" + MASK)),
                frame("length 65,537", 1009, hex("82ff 0000000000010001" + MASK)),
                frame("length 2^63 − 1", 1009, hex("82ff 7fffffffffffffff" + MASK)),
                frame("length with its highest bit set", 1002, hex("82ff ffffffffffffffff" + MASK)),
                frame("70 KB in one frame", 1009, ClientFrame.binary(new byte[70_000])),
                frame("length in more bytes than needed", 1002, hex("81fe 0005" + MASK + "0000000000")),
                frame("a ping of 126 bytes", 1002, ClientFrame.ping("a".repeat(126))),
                frame("a ping in fragments", 1002, ClientFrame.ping("a").notFinal()),
                frame("a close of one byte", 1002, ClientFrame.of(8, new byte[1])),
                frame("close code 0", 1002, ClientFrame.close(0, "")),
                frame("close code 999", 1002, ClientFrame.close(999, "")),
                frame("close code 1004", 1002, ClientFrame.close(1004, "")),
                frame("close code 1005", 1002, ClientFrame.close(1005, "")),
                frame("close code 1006", 1002, ClientFrame.close(1006, "")),
                frame("close code 1015", 1002, ClientFrame.close(1015, "")),
                frame("close code 1016", 1002, ClientFrame.close(1016, "")),
                frame("close code 2999", 1002, ClientFrame.close(2999, "")),
                frame("close code 5000", 1002, ClientFrame.close(5000, "")),
                frame("close code 65535", 1002, ClientFrame.close(65_535, "")),
                frame("a close with a reason that isn't UTF-8", 1007, ClientFrame.of(8, hex("03e8 c328"))),
                frame("text that isn't UTF-8", 1007, ClientFrame.of(1, hex("c328"))),
                frame("a lone surrogate", 1007, ClientFrame.of(1, hex("eda080"))),
                frame("text that ends within a character", 1007, ClientFrame.of(1, hex("e5a4"))),
                frame("a continuation of nothing", 1002, ClientFrame.continuation("a")),
                frame(
                        "data within a message",
                        1002,
                        join(begin, ClientFrame.text("b").bytes())),
                frame("65 fragments", 1008, join(begin, repeat(64, more))),
                frame("2,000 fragments", 1008, join(begin, repeat(2_000, more))),
                frame(
                        "20,000 empty fragments",
                        1008,
                        join(
                                begin,
                                repeat(
                                        20_000,
                                        ClientFrame.continuation("").notFinal().bytes()))),
                frame("a text in 1,000 fragments", 1008, join(begin, repeat(998, more), end)),
                frame("70 KB in fragments of 2 KB", 1009, join(begin, repeat(35, part(2_000)))),
                frame("70 KB in fragments of 1 KB", 1009, join(begin, repeat(70, part(1_024)))),
                frame("30 pings at once", 1008, repeat(30, ClientFrame.ping("p").bytes())),
                frame("30 pongs at once", 1008, repeat(30, ClientFrame.pong("p").bytes())),
                frame("60 KB that inflate to 60 MB", 1009, compressed(bomb())),
                frame("100 bytes that inflate to 60 KB", 1009, compressed(ClientFrame.deflated(new byte[60_000]))),
                frame("400 messages of 1 KB that inflate to 15 KB", 1008, repeat(400, compressed(dense()))),
                frame("broken compression", 1007, compressed(hex("ffffffff"))),
                frame("a compressed message that is cut short", 1007, compressed(hex("f248cdc9"))),
                frame("a compressed message without a byte", 1007, compressed(new byte[0])));
    }

    private static byte[] compressed(byte[] packed) {
        return ClientFrame.of(2, packed).withRsv(4).bytes();
    }

    /** A part of a message. */
    private static byte[] part(int bytes) {
        return ClientFrame.continuation("a".repeat(bytes)).notFinal().bytes();
    }

    /** As much as deflate can make of a frame that is just small enough. */
    private static byte[] bomb() {
        byte[] last = ClientFrame.deflated(new byte[1_000_000]);
        return join(repeat(59, join(last, hex("0000ffff"))), last);
    }

    /** 15,000 bytes, compressed as far as an honest client might. */
    private static byte[] dense() {
        byte[] noise = new byte[600];
        new Random(1).nextBytes(noise);
        return ClientFrame.deflated(repeat(25, noise));
    }

    private static Row row(String input, String expected, RawRequest request) {
        return new Row(input, expected, false, request.bytes());
    }

    static Row text(String input, String expected, String request) {
        return new Row(input, expected, false, ascii(request));
    }

    private static Row frame(String input, int code, ClientFrame frame) {
        return frame(input, code, frame.bytes());
    }

    private static Row frame(String input, int code, byte[] bytes) {
        return new Row(input, "close " + code, true, bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] repeat(int times, byte[] frame) {
        byte[][] all = new byte[times][];
        Arrays.fill(all, frame);
        return join(all);
    }
}
