package io.magpie.gateway.config;

import java.time.Duration;
import java.util.List;

/**
 * What stands between the open internet and the sessions.
 *
 * @param hosts the only values of {@code Host} that are served, with or without a port; empty: any. {@code /health} answers
 *     whatever it says
 * @param origins whose pages may connect; empty: any. Who sends no {@code Origin}, or one that isn't http, may in any case
 * @param appids mini-programs that may connect, {@code APPID} in any version or {@code APPID/VERSION}, by the
 *     {@code Referer} that WeChat sends; empty: any. Everybody else can send it too, so it is a hint and no proof
 * @param trustedProxies networks whose {@code X-Forwarded-For} and PROXY headers are believed
 * @param proxyProtocol whether every connection begins with a PROXY header (version 1 or 2)
 * @param connectionsPerAddress at a time; 0: any number. An IPv6 network of 64 bits is one address, and loopback is exempt
 * @param connectsPerAddress new ones in a second, and twice as many at once; 0: any number
 * @param controlFrames pings and pongs that a client may send in a second, and twice as many at once; beyond it 1008
 * @param messageTimeout from the first byte of a message to its last; beyond it 1008
 */
public record EdgeConfig(
        List<String> hosts,
        List<String> origins,
        List<String> appids,
        List<String> trustedProxies,
        boolean proxyProtocol,
        int connectionsPerAddress,
        int connectsPerAddress,
        int controlFrames,
        Duration messageTimeout) {
    static final EdgeConfig DEFAULTS =
            new EdgeConfig(List.of(), List.of(), List.of(), List.of(), false, 1_000, 200, 10, Duration.ofSeconds(10));

    public EdgeConfig {
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
        appids = List.copyOf(appids);
        trustedProxies = List.copyOf(trustedProxies);
        new Constraints()
                .check(
                        origins.stream().allMatch(EdgeConfig::isOrigin),
                        "origins",
                        "must be origins such as https://chat.example.com, without a path")
                .check(
                        trustedProxies.stream().allMatch(EdgeConfig::isNetwork),
                        "trusted-proxies",
                        "must be networks such as 10.0.0.0/8")
                .check(
                        !proxyProtocol || !trustedProxies.isEmpty(),
                        "proxy-protocol",
                        "needs trusted-proxies, or anybody could say to be anybody")
                .range("connections-per-address", connectionsPerAddress, 0, 10_000_000)
                .range("connects-per-address", connectsPerAddress, 0, 1_000_000)
                .range("control-frames", controlFrames, 1, 10_000)
                .range("message-timeout", messageTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10))
                .verify();
    }

    private static boolean isOrigin(String text) {
        return text.matches("https?://[^/?#\\s]+");
    }

    private static boolean isNetwork(String text) {
        try {
            Cidr.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
