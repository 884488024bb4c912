package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeHeadersTest {
    @Test
    void findsNothingWhereNothingIs() {
        UpgradeHeaders headers = of("Accept: */*", "X: y", "User-Agent: curl", "Referer: https://a.example/");

        assertThat(headers.wanted()).isFalse();
        assertThat(headers.hosts() + headers.keys()).isZero();
        assertThat(headers.body()).isFalse();
        assertThat(headers.upgrade()).isFalse();
        assertThat(headers.version13()).isFalse();
        assertThat(headers.protocols() + headers.extensions() + headers.key()).isEmpty();
    }

    @Test
    void doesNotCareHowNamesAreWritten() {
        UpgradeHeaders headers = of(
                "hOST: a",
                "UPGRADE: WebSocket",
                "connection: Keep-Alive , uPGRADE",
                "SEC-WEBSOCKET-VERSION: 13",
                "sec-websocket-KEY: k",
                "sec-WebSocket-protocol: p",
                "SEC-websocket-extensions: e");

        assertThat(headers.hosts()).isEqualTo(1);
        assertThat(headers.websocket()).isTrue();
        assertThat(headers.upgrade()).isTrue();
        assertThat(headers.version13()).isTrue();
        assertThat(headers.keys()).isEqualTo(1);
        assertThat(headers.key()).isEqualTo("k");
        assertThat(headers.protocols()).isEqualTo("p");
        assertThat(headers.extensions()).isEqualTo("e");
    }

    @Test
    void takesNoOtherNameOfTheSameLength() {
        UpgradeHeaders headers = of(
                "Hosts: a",
                "Hots: a",
                "Upgrad3: websocket",
                "Connectiom: upgrade",
                "Content-Lengti: 5",
                "Transfer-Encodinh: chunked",
                "Sec-WebSocket-Kez: k",
                "Sec-WebSocket-Versiom: 13",
                "Sec-WebSocket-Protocom: p",
                "Sec-WebSocket-Extensionz: e");

        assertThat(headers.wanted()).isFalse();
        assertThat(headers.hosts()).isZero();
        assertThat(headers.body()).isFalse();
        assertThat(headers.upgrade()).isFalse();
        assertThat(headers.protocols() + headers.extensions() + headers.key()).isEmpty();
    }

    @Test
    void readsSeveralLinesOfOneHeaderAsOneList() {
        UpgradeHeaders headers = of(
                "Upgrade: h2c",
                "Upgrade: websocket",
                "Connection: close",
                "Connection: upgrade",
                "Sec-WebSocket-Protocol: ",
                "Sec-WebSocket-Protocol: a, b",
                "Sec-WebSocket-Protocol: c",
                "Sec-WebSocket-Extensions: x",
                "Sec-WebSocket-Extensions: y; z",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-For: 203.0.113.7, 10.0.0.1");

        assertThat(headers.websocket()).isTrue();
        assertThat(headers.upgrade()).isTrue();
        assertThat(UpgradeHeaders.tokens(headers.protocols())).containsExactly("a", "b", "c");
        assertThat(headers.extensions()).isEqualTo("x,y; z");
        assertThat(headers.forwarded()).isEqualTo("6.6.6.6,203.0.113.7, 10.0.0.1");
    }

    @Test
    void countsWhatMayBeThereOnce() {
        UpgradeHeaders headers =
                of("Host: a", "Host: b", "Sec-WebSocket-Key: k", "Sec-WebSocket-Key: k", "Sec-WebSocket-Version: 8");

        assertThat(headers.hosts()).isEqualTo(2);
        assertThat(headers.keys()).isEqualTo(2);
        assertThat(headers.version13()).isFalse();
        assertThat(headers.wanted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"13 | true", "8, 13 | false", "13, 13 | false", "13, | false", "8 | false", "'' | false"})
    void knowsItsVersionOnlyIfItIsAlone(String version, boolean known) {
        assertThat(of("Sec-WebSocket-Version: " + version).version13()).isEqualTo(known);
        assertThat(of("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: " + version)
                        .version13())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: websocket", "Sec-WebSocket-Key: ", "Sec-WebSocket-Version: abc"})
    void takesAnyOfThreeHeadersForTheWishToUpgrade(String header) {
        assertThat(of(header).wanted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 0, false",
        "Content-Length: 00, true",
        "Content-Length: 5, true",
        "Transfer-Encoding: chunked, true",
        "Transfer-Encoding: identity, true"
    })
    void seesABodyComing(String header, boolean body) {
        assertThat(of(header).body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | ''", "',' | ''", "' , ,' | ''", "a | a", "' a ,b' | a/b", "'a,,b,' | a/b", "a b;c | a b;c"})
    void splitsLists(String list, String tokens) {
        assertThat(String.join("/", UpgradeHeaders.tokens(list))).isEqualTo(tokens);
    }

    private static UpgradeHeaders of(String... lines) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : lines) {
            int colon = line.indexOf(':');
            headers.add(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        return UpgradeHeaders.of(headers);
    }
}
