package io.magpie.bench.verify;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all clients share; all but {@code server} belongs to the loop.
 *
 * @param server where to connect now; null in it while the server is known to be down
 * @param random of the clients: when to retry, which acks to lose
 */
record Party(
        VerifyPlan plan,
        Payloads payloads,
        Journal journal,
        EventLoop loop,
        AtomicReference<@Nullable InetSocketAddress> server,
        SplittableRandom random,
        Supplier<Double> appetite) {
    /** Whether the next ack is to be lost. */
    boolean eats() {
        double fraction = appetite.get();
        return fraction > 0 && random.nextDouble() < fraction;
    }
}
