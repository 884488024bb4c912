package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.transport.AddressLimits.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many may come from where, and how fast. */
class AddressLimitsTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void anAddressHasItsPlacesAndGetsThemBack() {
        AddressLimits limits = limits(3, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.ENTERED);
        }

        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.TOO_MANY);
        assertThat(limits.enter(address("203.0.113.8"))).isEqualTo(Outcome.ENTERED);
        limits.leave(address("203.0.113.7"));
        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.ENTERED);
        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.TOO_MANY);
    }

    @Test
    void anAddressMayComeTwiceAsOftenAtOnceAsInASecond() {
        AddressLimits limits = limits(0, 5);
        for (int i = 0; i < 10; i++) {
            assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.ENTERED);
            limits.leave(address("203.0.113.7"));
        }

        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.TOO_FAST);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.ENTERED);
        assertThat(limits.enter(address("203.0.113.7"))).isEqualTo(Outcome.TOO_FAST);
    }

    @Test
    void aNetworkOf64BitsIsOneAddress() {
        AddressLimits limits = limits(1, 0);

        assertThat(limits.enter(address("2001:db8:0:1::1"))).isEqualTo(Outcome.ENTERED);
        assertThat(limits.enter(address("2001:db8:0:1:ffff::2"))).isEqualTo(Outcome.TOO_MANY);
        assertThat(limits.enter(address("2001:db8:0:2::1"))).isEqualTo(Outcome.ENTERED);
    }

    @Test
    void loopbackIsExempt() {
        AddressLimits limits = limits(1, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(limits.enter(address("127.0.0.9"))).isEqualTo(Outcome.ENTERED);
        }
        assertThat(limits.enter(address("::1"))).isEqualTo(Outcome.ENTERED);
        assertThat(limits.size()).isZero();
    }

    @Test
    void whoHasGoneIsForgotten() {
        AddressLimits limits = limits(10, 10);
        for (int i = 0; i < 5_000; i++) {
            InetAddress address = address("10.0." + i / 250 + "." + i % 250);
            limits.enter(address);
            limits.leave(address);
        }
        assertThat(limits.size()).isEqualTo(5_000);

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
        limits.enter(address("203.0.113.7"));

        assertThat(limits.size()).isEqualTo(1);
        limits.leave(address("203.0.113.7"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        limits.enter(address("203.0.113.7"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        limits.leave(address("203.0.113.7"));
        assertThat(limits.size()).isZero();
    }

    private AddressLimits limits(int most, int rate) {
        GatewayConfig config =
                TestConfig.with("edge.connections-per-address=" + most, "edge.connects-per-address=" + rate);
        return new AddressLimits(config.edge(), nanos::get);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
