package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.TestConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Behind proxies, over real sockets: PROXY headers and X-Forwarded-For, right, wrong and forged. */
class GatewayProxyIT {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @ParameterizedTest
    @MethodSource("goodHeaders")
    void aConnectionMayBeginWithAPROXYHeader(byte[] header) throws IOException {
        InetSocketAddress server = start("edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8");
        try (RawClient client = new RawClient(server)) {
            client.send(header);
            assertThat(client.ask(RawRequest.upgrade("/ws?room=r")).status()).isEqualTo(101);
            client.send(ClientFrame.text("hello"));
            assertThat(client.next().text()).isEqualTo("hello");
        }
    }

    static Stream<byte[]> goodHeaders() {
        return Stream.of(
                ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n"),
                ascii("PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n"),
                ascii("PROXY UNKNOWN\r\n"),
                version2(0x21, 0x11, "cb007107" + "0a000001" + "1267" + "01bb"),
                version2(0x20, 0x00, ""));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void whateverElseComesFirstEndsTheConnection(byte[] header) throws IOException {
        InetSocketAddress server =
                start("edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8", "http.request-timeout=1s");
        try (RawClient client = new RawClient(server)) {
            client.send(header);
            assertThat(client.framesToEnd()).isEmpty();
        }
        try (RawClient canary = new RawClient(server)) {
            canary.send(ascii("PROXY UNKNOWN\r\n"));
            assertThat(canary.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
        }
    }

    static Stream<byte[]> badHeaders() {
        return Stream.of(
                RawRequest.upgrade("/ws").bytes(),
                ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711\r\n"),
                ascii("PROXY TCP4 999.0.113.7 10.0.0.1 4711 443\r\n"),
                ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 99999\r\n"),
                ascii("PROXY " + "x".repeat(200)),
                ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\n"),
                version2(0xF1, 0x11, "cb007107" + "0a000001" + "1267" + "01bb"),
                version2(0xFF, 0x11, "cb007107" + "0a000001" + "1267" + "01bb"),
                version2(0x21, 0x31, "2f61" + "00".repeat(214)),
                version2(0x21, 0x11, "cb00"),
                version2(0x21, 0x11, "cb007107" + "0a000001" + "1267" + "01bb" + "04" + "ff00" + "00".repeat(0xff00)),
                SIGNATURE);
    }

    @Test
    void aSecondPROXYHeaderIsNoRequest() throws IOException {
        InetSocketAddress server = start("edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8");
        byte[] first = ascii("PROXY UNKNOWN\r\n");
        byte[] second = version2(0x20, 0x00, "");
        for (byte[] both : List.of(
                ClientFrame.join(first, first), ClientFrame.join(first, second), ClientFrame.join(second, first))) {
            try (RawClient client = new RawClient(server)) {
                client.send(ClientFrame.join(both, ascii("\r\n")));
                assertThat(client.in().reply().status()).isEqualTo(400);
                assertThat(client.framesToEnd()).isEmpty();
            }
        }
    }

    @Test
    void aPROXYHeaderIsBelievedOnlyOfTrustedProxies() throws IOException {
        InetSocketAddress server = start("edge.proxy-protocol=true", "edge.trusted-proxies=10.0.0.0/8");
        try (RawClient client = new RawClient(server)) {
            assertThat(client.framesToEnd()).isEmpty();
        }
    }

    @Test
    void aPROXYHeaderIsNoRequestWhereNoneIsExpected() throws IOException {
        InetSocketAddress server = start();
        for (byte[] header : goodHeaders().toList()) {
            try (RawClient client = new RawClient(server)) {
                client.send(header);
                client.send(RawRequest.upgrade("/ws").bytes());
                assertThat(client.in().reply().status()).isEqualTo(400);
                assertThat(client.framesToEnd()).isEmpty();
            }
        }
    }

    @Test
    void clientsOfOneAddressBehindAProxyAreLimited() throws IOException {
        InetSocketAddress server = start(
                "edge.trusted-proxies=127.0.0.0/8", "edge.connections-per-address=2", "edge.connects-per-address=0");
        assertThat(forwarded(server, "203.0.113.7").status()).isEqualTo(101);
        assertThat(forwarded(server, "6.6.6.6, 203.0.113.7").status()).isEqualTo(101);

        HttpReply refused = forwarded(server, "203.0.113.7");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("retry-after")).isEqualTo("5");
        assertThat(forwarded(server, "203.0.113.8").status()).isEqualTo(101);
    }

    @Test
    void ofSeveralXForwardedForTheLastCounts() throws IOException {
        InetSocketAddress server = start(
                "edge.trusted-proxies=127.0.0.0/8", "edge.connections-per-address=1", "edge.connects-per-address=0");
        assertThat(forwarded(server, "6.6.6.6\r\nX-Forwarded-For: 203.0.113.7").status())
                .isEqualTo(101);
        assertThat(forwarded(server, "6.6.6.7\r\nX-Forwarded-For: 203.0.113.7").status())
                .isEqualTo(429);
        assertThat(forwarded(server, "6.6.6.6\r\nX-Forwarded-For: 203.0.113.8").status())
                .isEqualTo(101);
    }

    @Test
    void aForgedXForwardedForIsIgnored() throws IOException {
        InetSocketAddress server = start("edge.connections-per-address=1", "edge.connects-per-address=1");
        for (int i = 0; i < 5; i++) {
            assertThat(forwarded(server, "203.0.113.7").status()).isEqualTo(101);
        }
    }

    @Test
    void clientsOfOneAddressBehindAPROXYHeaderAreEndedWhenThereAreTooMany() throws IOException {
        InetSocketAddress server = start(
                "edge.proxy-protocol=true",
                "edge.trusted-proxies=127.0.0.0/8",
                "edge.connections-per-address=1",
                "edge.connects-per-address=0");
        byte[] header = ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n");
        RawClient first = new RawClient(server);
        open.add(first);
        first.send(header);
        assertThat(first.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);

        try (RawClient second = new RawClient(server)) {
            second.send(header);
            assertThat(second.framesToEnd()).isEmpty();
        }
    }

    private HttpReply forwarded(InetSocketAddress server, String addresses) throws IOException {
        RawClient client = new RawClient(server);
        open.add(client);
        return client.ask(RawRequest.upgrade("/ws", "X-Forwarded-For: " + addresses));
    }

    private InetSocketAddress start(String... settings) {
        Gateway gateway = new Gateway(TestConfig.onLoopback(settings));
        open.add(gateway);
        return gateway.start().open();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] version2(int versionAndCommand, int family, String rest) {
        byte[] bytes = HexFormat.of().parseHex(rest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        out.write(versionAndCommand);
        out.write(family);
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) bytes.length).array());
        out.writeBytes(bytes);
        return out.toByteArray();
    }
}
