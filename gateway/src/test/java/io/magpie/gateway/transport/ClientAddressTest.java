package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is behind a proxy, and who only says so. */
class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(
            TestConfig.with("edge.trusted-proxies=10.0.0.0/8,fd00::/8").edge());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1    | 203.0.113.7                          | 203.0.113.7",
                "10.0.0.1    | 6.6.6.6, 203.0.113.7                 | 203.0.113.7",
                "10.0.0.1    | 6.6.6.6, 203.0.113.7, 10.0.0.2       | 203.0.113.7",
                "fd00::1     | 2001:db8::7                          | 2001:db8::7",
                "10.0.0.1    | [2001:db8::7]:4711                   | 2001:db8::7",
                "10.0.0.1    | 203.0.113.7:4711                     | 203.0.113.7",
                "10.0.0.1    | ::ffff:203.0.113.7                   | 203.0.113.7",
                "10.0.0.1    | 10.0.0.2, 10.0.0.3                   | 10.0.0.1",
                "10.0.0.1    | unknown                              | 10.0.0.1",
                "10.0.0.1    | 203.0.113.7, _hidden                 | 10.0.0.1",
                "10.0.0.1    | 999.1.1.1                            | 10.0.0.1",
                "10.0.0.1    | localhost                            | 10.0.0.1",
                "10.0.0.1    | ,                                    | 10.0.0.1",
                "203.0.113.9 | 6.6.6.6                              | 203.0.113.9",
                "203.0.113.9 | 10.0.0.1                             | 203.0.113.9"
            })
    void believesOnlyTrustedProxiesAndOfThemOnlyTheNearestHop(String peer, String forwarded, String client)
            throws UnknownHostException {
        assertThat(addresses.of(InetAddress.getByName(peer), forwarded)).isEqualTo(InetAddress.getByName(client));
    }

    @Test
    void looksAtNoMoreHopsThanProxiesMake() throws UnknownHostException {
        InetAddress peer = InetAddress.getByName("10.0.0.1");

        assertThat(addresses.of(peer, "203.0.113.7" + ", 10.0.0.2".repeat(31)))
                .isEqualTo(InetAddress.getByName("203.0.113.7"));
        assertThat(addresses.of(peer, "203.0.113.7" + ", 10.0.0.2".repeat(32))).isEqualTo(peer);
    }

    @Test
    void withoutTrustedProxiesThePeerIsTheClient() throws UnknownHostException {
        InetAddress peer = InetAddress.getByName("10.0.0.1");

        assertThat(new ClientAddress(TestConfig.with().edge()).of(peer, "203.0.113.7"))
                .isEqualTo(peer);
    }
}
