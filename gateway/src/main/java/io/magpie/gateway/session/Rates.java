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

    /** Takes one of what both may: 0, or the milliseconds until they may again. */
    long take(UserId user, @Nullable InetAddress address) {
        long wait = users.take(user);
        return wait > 0 || address == null || address.isLoopbackAddress()
                ? wait
                : addresses.take(AddressKey.of(address));
    }
}
