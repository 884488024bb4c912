package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.tls.Pki;
import io.magpie.gateway.transport.ClientFrame;
import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.transport.Transports;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS on the public port, over real sockets. */
class GatewayTlsIT {
    private static final Pki PKI = new Pki();

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final SSLContext client = PKI.client();
    private Addresses addresses;

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    static Stream<Arguments> ways() {
        return Pki.providers()
                .flatMap(provider -> Transports.available()
                        .flatMap(kind -> Stream.of("TLSv1.2", "TLSv1.3")
                                .map(protocol -> Arguments.of(provider, kind, protocol))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void messagesAreDeliveredOverTls(String provider, GatewayConfig.IoKind kind, String protocol) throws Exception {
        InetSocketAddress server = start(
                PKI.leaf(),
                "tls.provider=" + provider,
                "transport.kind=" + kind.name().toLowerCase(Locale.ROOT),
                "limits.message=64KiB",
                "websocket.max-message=128KiB");
        RawClient one = upgraded(server, protocol);
        RawClient other = upgraded(server, protocol);
        assertThat(one.tls().getSession().getProtocol()).isEqualTo(protocol);
        assertThat(one.tls().getApplicationProtocol()).isEqualTo("http/1.1");

        for (int size : new int[] {1, 100, 20_000, 60_000}) {
            String text = "x".repeat(size);
            one.send(ClientFrame.text(text));
            assertThat(one.next().text()).isEqualTo(text);
            assertThat(other.next().text()).isEqualTo(text);
        }

        other.send(ClientFrame.close(1000, ""));
        assertThat(other.framesToEnd()).singleElement().matches(ServerFrame::isClose);
        one.send(ClientFrame.text("a").withRsv(2));
        assertThat(one.framesToEnd()).singleElement().matches(ServerFrame::isClose);
        String outcome = protocol.equals("TLSv1.2") ? "tls1_2" : "tls1_3";
        assertThat(Prometheus.of(addresses).value("magpie_tls_handshakes_total{outcome=\"" + outcome + "\"}"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.tls.Pki#providers")
    void aReaderThatStopsIsGivenEverythingLater(String provider) throws Exception {
        InetSocketAddress server = start(
                PKI.leaf(),
                "tls.provider=" + provider,
                // However slow the machine is, nobody is closed or pinged meanwhile.
                "heartbeat.interval=5m",
                "heartbeat.idle-timeout=10m",
                "outbound.stall-timeout=10m",
                "history.bytes=64MiB");
        RawClient slow = upgraded(server, "TLSv1.3");
        RawClient speaker = upgraded(server, "TLSv1.3");
        int messages = 900;
        for (int i = 0; i < messages; i++) {
            speaker.send(ClientFrame.text(i + "x".repeat(15_000)));
            assertThat(speaker.next().text()).startsWith(i + "x");
        }
        assertThat(Prometheus.of(addresses).value("magpie_members_behind")).isEqualTo(1);

        for (int i = 0; i < messages; i++) {
            assertThat(slow.next().text()).startsWith(i + "x");
        }
        Prometheus.of(addresses).await("magpie_members_behind 0.0");
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.tls.Pki#providers")
    void whoComesAgainIsntAskedForEverything(String provider) throws Exception {
        InetSocketAddress server = start(PKI.leaf(), "tls.provider=" + provider);
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            SSLContext phone = PKI.client();
            long first = session(server, phone, protocol);
            long second = session(server, phone, protocol);
            assertThat(second).as(protocol).isEqualTo(first);
        }
    }

    /** When the session was made that a connection used; the ticket comes with the first answer. */
    private static long session(InetSocketAddress server, SSLContext phone, String protocol) throws IOException {
        try (RawClient client = RawClient.secure(server, phone, protocol)) {
            assertThat(client.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
            return client.tls().getSession().getCreationTime();
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.tls.Pki#providers")
    void olderProtocolsAreRefused(String provider) throws Exception {
        InetSocketAddress server = start(PKI.leaf(CertificateBuilder::rsa2048), "tls.provider=" + provider);
        // This JVM wouldn't even ask for them.
        byte[] hello = hello("0301");
        try (RawClient old = new RawClient(server)) {
            old.send(hello);
            // An alert of protocol_version, and the end.
            byte[] alert = old.in().rest();
            assertThat(alert).startsWith(0x15, 0x03).endsWith(0x02, 0x46);
        }
        canary(server);
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.tls.Pki#providers")
    void whatIsntTlsIsEndedWithoutAWord(String provider) throws Exception {
        InetSocketAddress server = start(PKI.leaf(), "tls.provider=" + provider, "http.request-timeout=1s");
        for (byte[] bytes : List.of(
                RawRequest.upgrade("/ws").bytes(), new byte[] {0}, new byte[5_000], Arrays.copyOf(hello("0303"), 20))) {
            try (RawClient bad = new RawClient(server)) {
                bad.send(bytes);
                assertThat(bad.in().rest().length).isLessThan(64);
            }
        }
        canary(server);
        assertThat(Prometheus.of(addresses).value("magpie_tls_handshakes_total{outcome=\"failed\"}"))
                .isPositive();
    }

    @Test
    void plainRequestsAreAnsweredOverTls() throws Exception {
        InetSocketAddress server = start(PKI.leaf());
        try (RawClient browser = RawClient.secure(server, client)) {
            HttpReply reply = browser.ask(RawRequest.get("/"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(browser.ask(RawRequest.upgrade("/nowhere")).status()).isEqualTo(404);
            assertThat(browser.framesToEnd()).isEmpty();
        }
    }

    @Test
    void aProxyHeaderComesBeforeTls() throws Exception {
        InetSocketAddress server = start(PKI.leaf(), "edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8");
        byte[] header = "PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n".getBytes(StandardCharsets.US_ASCII);
        try (RawClient phone = RawClient.secure(header, server, client)) {
            assertThat(phone.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @MethodSource("io.magpie.gateway.tls.Pki#providers")
    void newFilesAreUsedForNewConnections(String provider) throws Exception {
        X509Bundle old = PKI.leaf();
        InetSocketAddress server = start(old, "tls.provider=" + provider, "tls.reload=1s");
        RawClient before = upgraded(server, "TLSv1.3");
        assertThat(certificate(before)).isEqualTo(old.getCertificate());

        X509Bundle next = PKI.leaf(CertificateBuilder::rsa2048);
        PKI.write(directory, next);
        Prometheus.of(addresses).await("magpie_tls_reloads_total{outcome=\"loaded\"}", 1);

        // A phone that comes again with a ticket isn't shown a certificate.
        assertThat(certificate(upgraded(server, PKI.client(), "TLSv1.3"))).isEqualTo(next.getCertificate());
        before.send(ClientFrame.text("still here"));
        assertThat(before.next().text()).isEqualTo("still here");

        Files.writeString(directory.resolve("chain.pem"), "nonsense");
        Prometheus.of(addresses).await("magpie_tls_reloads_total{outcome=\"refused\"}", 1);
        assertThat(certificate(upgraded(server, PKI.client(), "TLSv1.3"))).isEqualTo(next.getCertificate());
    }

    @Test
    void aCertificateThatPhonesWouldRefuseKeepsTheGatewayFromStarting() throws Exception {
        X509Bundle leaf = PKI.leaf();
        String[] files = PKI.write(directory, leaf);
        Files.writeString(directory.resolve("chain.pem"), leaf.getCertificatePEM());
        assertThatThrownBy(() -> new Gateway(TestConfig.onLoopback(files)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("append the intermediate certificates");
    }

    @Test
    void clientsThatDontTrustTheCertificateDoNoHarm() throws Exception {
        InetSocketAddress server = start(PKI.leaf());
        assertThatThrownBy(() -> RawClient.secure(server, SSLContext.getDefault()))
                .isInstanceOf(SSLException.class);
        canary(server);
    }

    private static Certificate certificate(RawClient client) throws IOException {
        return client.tls().getSession().getPeerCertificates()[0];
    }

    private void canary(InetSocketAddress server) throws IOException {
        RawClient canary = upgraded(server, "TLSv1.3");
        canary.send(ClientFrame.text("fine"));
        assertThat(canary.next().text()).isEqualTo("fine");
    }

    /** A client hello that offers one version only, as a phone of long ago. */
    private static byte[] hello(String version) {
        String body = version + "00".repeat(32) + "00" + "0004c013002f" + "0100";
        String handshake = "01" + String.format(Locale.ROOT, "%06x", body.length() / 2) + body;
        return HexFormat.of()
                .parseHex("160301" + String.format(Locale.ROOT, "%04x", handshake.length() / 2) + handshake);
    }

    private RawClient upgraded(InetSocketAddress server, String protocol) throws IOException {
        return upgraded(server, client, protocol);
    }

    private RawClient upgraded(InetSocketAddress server, SSLContext context, String protocol) throws IOException {
        RawClient phone = RawClient.secure(server, context, protocol);
        open.add(phone);
        assertThat(phone.ask(RawRequest.upgrade("/ws?room=tls")).status()).isEqualTo(101);
        return phone;
    }

    private InetSocketAddress start(X509Bundle leaf, String... settings) throws IOException {
        String[] files = PKI.write(directory, leaf);
        Gateway gateway = new Gateway(TestConfig.onLoopback(
                Stream.concat(Arrays.stream(files), Arrays.stream(settings)).toArray(String[]::new)));
        open.add(gateway);
        addresses = gateway.start();
        return addresses.open();
    }
}
