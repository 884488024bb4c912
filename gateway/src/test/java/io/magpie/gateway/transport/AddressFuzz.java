package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.EdgeConfig;
import io.magpie.gateway.support.AddressKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * {@code X-Forwarded-For} as any text. Whatever it is: nobody's word but a trusted proxy's counts, what a client wrote in
 * front changes nothing, addresses are what they are written as, and one network counts as one.
 */
public final class AddressFuzz {
    private static final ClientAddress ADDRESSES = new ClientAddress(new EdgeConfig(
            List.of(),
            List.of(),
            List.of(),
            List.of("10.0.0.0/8", "fd00::/8"),
            false,
            0,
            0,
            10,
            Duration.ofSeconds(10)));
    private static final InetAddress PROXY = address("10.0.0.1");
    private static final InetAddress STRANGER = address("198.51.100.7");

    private AddressFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String forwarded = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(ADDRESSES.of(STRANGER, forwarded)).isEqualTo(STRANGER);
        InetAddress client = ADDRESSES.of(PROXY, forwarded);
        assertThat(ADDRESSES.of(PROXY, forwarded + ", 10.9.9.9")).isIn(client, PROXY);
        if (!client.equals(PROXY)) {
            assertThat(ADDRESSES.trusted(client)).isFalse();
            assertThat(ADDRESSES.of(PROXY, "203.0.113.9, " + forwarded)).isEqualTo(client);
            assertThat(Arrays.stream(forwarded.split(",", -1)).map(hop -> ClientAddress.parse(hop.trim())))
                    .contains(client);
        }
        for (String hop : forwarded.split(",", -1)) {
            InetAddress parsed = ClientAddress.parse(hop.trim());
            if (parsed != null) {
                checkText(parsed);
                checkKey(parsed);
            }
        }
    }

    private static void checkText(InetAddress address) {
        String text = address.getHostAddress();
        assertThat(ClientAddress.parse(text)).isEqualTo(address);
        assertThat(ClientAddress.parse("[" + text + "]:443")).isEqualTo(address);
        if (address.getAddress().length == 4) {
            assertThat(ClientAddress.parse(text + ":443")).isEqualTo(address);
        }
    }

    private static void checkKey(InetAddress address) {
        byte[] bytes = address.getAddress();
        AddressKey key = AddressKey.of(address);
        for (int i = 0; i < bytes.length; i++) {
            byte[] other = bytes.clone();
            other[i] ^= 1;
            boolean counts = bytes.length == 4 || i < 8;
            InetAddress neighbour = address(other);
            // The neighbour may be an IPv4 address that is written as IPv6.
            if (neighbour.getAddress().length == bytes.length) {
                assertThat(AddressKey.of(neighbour).equals(key))
                        .as("%s and %s", address, neighbour)
                        .isEqualTo(!counts);
            }
        }
    }

    private static InetAddress address(String text) {
        return address(NetUtil.createByteArrayFromIpAddressString(text));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
