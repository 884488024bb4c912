package io.magpie.gateway.session;

import io.magpie.gateway.config.RateConfig;
import io.magpie.gateway.support.AddressKey;
import io.magpie.gateway.support.SharedBuckets;
import io.magpie.protocol.UserId;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How much users and addresses may send, on whatever connections. Any thread. */
public final class Rates {
    private final SharedBuckets<UserId> users;
    private final SharedBuckets<AddressKey> addresses;

    /** @param nanos a monotonic clock */
    public Rates(RateConfig config, LongSupplier nanos) {
        this.users = new SharedBuckets<>(config.user(), nanos);
        this.addresses = new SharedBuckets<>(config.address(), nanos);
    }

    /** Takes one of what a user may: 0, or the milliseconds until it may again. */
    long take(UserId user) {
        return users.take(user);
    }

    /** Takes one of what an address may; one that isn't known, or this machine's, may anything. */
    long take(@Nullable InetAddress address) {
        return address == null || address.isLoopbackAddress() ? 0 : addresses.take(AddressKey.of(address));
    }
}
