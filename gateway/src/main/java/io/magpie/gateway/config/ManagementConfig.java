package io.magpie.gateway.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * The port for metrics and health, never for the public.
 *
 * @param enabled whether there is one at all
 * @param host loopback unless a scraper comes from elsewhere
 * @param port 0 takes a free one
 * @param key that the API asks for, at least 16 characters; empty asks for none, and then the API is there for this
 *     machine alone
 * @param requestTimeout from the first byte of a request to its last, whatever its pace; between requests a connection may
 *     be silent for longer
 */
public record ManagementConfig(boolean enabled, String host, int port, String key, Duration requestTimeout) {
    static final ManagementConfig DEFAULTS = new ManagementConfig(true, "127.0.0.1", 8081, "", Duration.ofSeconds(10));

    private static final int MIN_KEY = 16;

    public ManagementConfig {
        new Constraints()
                .check(!host.isBlank(), "host", "must not be empty")
                .range("port", port, 0, 65_535)
                .check(
                        key.isEmpty() || key.length() >= MIN_KEY,
                        "key",
                        "must have at least " + MIN_KEY + " characters, or none")
                .range("request-timeout", requestTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1))
                .verify();
    }

    /** Where a process on this machine finds it. */
    public URI uri(String path) throws UnknownHostException {
        String name = InetAddress.getByName(host).isAnyLocalAddress() ? "127.0.0.1" : host;
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + path);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ManagementConfig[enabled=" + enabled + ", host=" + host + ", port=" + port + ", requestTimeout="
                + requestTimeout + "]";
    }
}
