package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.UpgradeOracle.Before;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle finds what is wrong: one that agrees with everything would make the fuzzer blind. */
class UpgradeOracleTest {
    private static final HttpReply SWITCHING =
            new HttpReply(101, Map.of("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), new byte[0]);
    private static final RawRequest GOOD = RawRequest.upgrade("/ws?room=a");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsNothingWrongWithAGoodRequest(boolean choosy) {
        assertThat(fault(choosy, GOOD)).isEmpty();
        assertThat(fault(choosy, GOOD.replacing("Upgrade: h2c, WebSocket").with("X: y")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host: chat.example                          | Host",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA== | Sec-WebSocket-Key",
                "Transfer-Encoding: chunked                  | Transfer-Encoding",
                "Content-Length: 1                           | Content-Length",
                "Sec-WebSocket-Version: 13                   | Sec-WebSocket-Version",
                "Sec-WebSocket-Protocol: magpie.v1.json      | the answered sub-protocol",
                "Sec-WebSocket-Protocol: mqtt                | the answered sub-protocol"
            })
    void findsWhatIsTooMuch(String header, String fault) {
        assertThat(fault(false, GOOD.with(header))).isEqualTo(fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"})
    void findsWhatIsMissing(String header) {
        assertThat(fault(false, GOOD.without(header))).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "8, 13", "13, 13", ""})
    void findsAWrongVersion(String version) {
        assertThat(fault(false, GOOD.replacing("Sec-WebSocket-Version: " + version)))
                .isEqualTo("Sec-WebSocket-Version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /ws HTTP/1.1", "GET /other HTTP/1.1", "GET /ws HTTP/1.0", "GET http://a/ws HTTP/1.1"})
    void findsAWrongFirstLine(String line) {
        assertThat(fault(false, GOOD.withLine(line))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host: evil.example", "Host: chat.example.evil", "Origin: https://evil.example", "Origin: null"})
    void findsWhoIsntServed(String header) {
        assertThat(fault(true, GOOD.replacing(header))).startsWith("a host or an origin");
        assertThat(fault(false, GOOD.replacing(header))).isEmpty();
    }

    @Test
    void findsAWrongAnswer() {
        byte[] request = GOOD.bytes();
        HttpReply other = new HttpReply(101, Map.of("sec-websocket-accept", "x"), new byte[0]);
        HttpReply unasked = new HttpReply(
                101,
                Map.of(
                        "sec-websocket-accept",
                        SWITCHING.header("sec-websocket-accept"),
                        "sec-websocket-extensions",
                        "permessage-deflate"),
                new byte[0]);

        assertThat(new UpgradeOracle(false).fault(request, Before.NOTHING, other))
                .isEqualTo("Sec-WebSocket-Accept");
        assertThat(new UpgradeOracle(false).fault(request, Before.NOTHING, unasked))
                .isEqualTo("the answered extension");
    }

    @Test
    void looksForTheRequestBehindOthersOnlyIfTheyWereAnsweredBefore() {
        byte[] both = ClientFrame.join("x\r\n\r\n".getBytes(StandardCharsets.US_ASCII), GOOD.bytes());

        assertThat(new UpgradeOracle(false).fault(both, Before.NOTHING, SWITCHING))
                .isNotEmpty();
        assertThat(new UpgradeOracle(false).fault(both, Before.TO_EARLIER_READS, SWITCHING))
                .isEmpty();
        assertThat(new UpgradeOracle(false).fault(both, Before.TO_THE_SAME_READ, SWITCHING))
                .isEqualTo("it came with another request");
    }

    private static String fault(boolean choosy, RawRequest request) {
        return new UpgradeOracle(choosy).fault(request.bytes(), Before.NOTHING, SWITCHING);
    }
}
