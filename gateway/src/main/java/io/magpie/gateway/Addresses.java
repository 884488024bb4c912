package io.magpie.gateway;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a started gateway listens, and how.
 *
 * @param management null if that port is off
 * @param transport {@code epoll}, {@code io_uring} or {@code nio}
 */
public record Addresses(InetSocketAddress open, @Nullable InetSocketAddress management, String transport, int loops) {}
