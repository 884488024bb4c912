package io.magpie.gateway.transport;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The PROXY header that each connection begins with, on the pipeline of production. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final byte[] V1 = ascii("PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n");
    private static final byte[] V2 = hex(SIGNATURE + "2111000c" + "cb007107" + "0a000001" + "1267" + "01bb");

    @Test
    void saysWhoTheClientIs() throws UnknownHostException {
        for (byte[] header : new byte[][] {V1, V2}) {
            try (ProductionPipeline pipeline = open()) {
                pipeline.receive(header);
                pipeline.upgrade(RawRequest.upgrade("/ws"));

                assertThat(pipeline.session().handshake.address()).isEqualTo(InetAddress.getByName("203.0.113.7"));
                pipeline.pass(Duration.ofSeconds(5));
                assertThat(pipeline.isOpen()).isTrue();
            }
        }
    }

    @Test
    void aProxyBehindAProxyNamesTheClientInSeveralHeaders() throws UnknownHostException {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(ascii("PROXY TCP4 127.0.0.1 127.0.0.1 4711 443\r\n"));
            pipeline.upgrade(
                    RawRequest.upgrade("/ws", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 203.0.113.7, 127.0.0.2"));

            assertThat(pipeline.session().handshake.address()).isEqualTo(InetAddress.getByName("203.0.113.7"));
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isClosedAtOnceIfItIsNone(byte[] header) {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(header);

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).isEmpty();
            assertThat(pipeline.metric("magpie.peers.refused", "reason", "proxy"))
                    .isEqualTo(1);
        }
    }

    static Stream<byte[]> bad() {
        String unix = "00d8" + padded("203.0.113.7") + padded("/run/magpie");
        return Stream.of(
                hex(SIGNATURE + "2131" + unix),
                hex(SIGNATURE + "2132" + unix),
                hex(SIGNATURE + "ff11000c" + "cb007107" + "0a000001" + "1267" + "01bb"),
                hex(SIGNATURE + "f111000c" + "cb007107" + "0a000001" + "1267" + "01bb"),
                join(hex(SIGNATURE + "ff11ffff"), new byte[10_000]),
                RawRequest.upgrade("/ws").bytes());
    }

    @Test
    void aSecondOneIsNoRequest() {
        byte[] upgrade = RawRequest.upgrade("/ws").bytes();
        for (byte[] both : new byte[][] {join(V1, V2), join(V2, V1), join(V1, V1), join(V2, V2)}) {
            try (ProductionPipeline pipeline = open()) {
                pipeline.receive(join(both, upgrade));

                assertThat(pipeline.reply().status()).isEqualTo(400);
                assertThat(pipeline.isOpen()).isFalse();
                assertThat(pipeline.sessions).isEmpty();
            }
        }
    }

    @Test
    void mustBeWholeWithinThreeSeconds() {
        for (byte[] beginning : new byte[][] {{}, ascii("PROXY TCP4 203.0"), hex(SIGNATURE + "2111"), hex("0d0a")}) {
            try (ProductionPipeline pipeline = open("http.request-timeout=20s")) {
                pipeline.receive(beginning);
                pipeline.pass(Duration.ofSeconds(1));
                assertThat(pipeline.isOpen()).isTrue();

                pipeline.pass(Duration.ofSeconds(2));

                assertThat(pipeline.isOpen()).isFalse();
                assertThat(pipeline.metric("magpie.peers.refused", "reason", "proxy"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void leavesTheRequestItsTime() {
        try (ProductionPipeline pipeline = open("http.request-timeout=5s")) {
            pipeline.receive(V1);
            pipeline.pass(Duration.ofSeconds(4));
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.metric("magpie.peers.refused", "reason", "proxy"))
                    .isZero();
        }
    }

    private static ProductionPipeline open(String... settings) {
        return ProductionPipeline.open(Stream.concat(
                        Stream.of("edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8"), Stream.of(settings))
                .toArray(String[]::new));
    }

    /** A path as the header has it: 108 bytes, in hex. */
    private static String padded(String path) {
        return HexFormat.of().formatHex(Arrays.copyOf(ascii(path), 108));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
