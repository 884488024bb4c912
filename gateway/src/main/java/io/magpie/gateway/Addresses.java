package io.magpie.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a started gateway listens, and how.
 *
 * @param open the public port
 * @param management null if that port is off
 * @param transport {@code epoll}, {@code io_uring} or {@code nio}
 * @param loops how many event loops there are
 * @param secure whether the public port speaks TLS
 */
public record Addresses(
        InetSocketAddress open, @Nullable InetSocketAddress management, String transport, int loops, boolean secure) {
    /** The public port as a person would type it: {@code localhost:8080} where it listens on every address. */
    public String openText() {
        return text(open);
    }

    /** The management port in the same way, or {@code off}. */
    public String managementText() {
        return management == null ? "off" : text(management);
    }

    /** Where the demo page is. */
    public String page() {
        return (secure ? "https://" : "http://") + openText();
    }

    /** Where clients connect. */
    public String webSocket() {
        return (secure ? "wss://" : "ws://") + openText() + "/ws";
    }

    private static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + address.getPort();
    }
}
