package io.magpie.bench.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The figures of a gateway's {@code /metrics}, in Prometheus' text form. Immutable. */
public record MetricsPage(String text) {
    private static final int TIMEOUT_MILLIS = 20_000;

    /**
     * Asks a gateway.
     *
     * @throws IOException if it doesn't answer within 20 s, or not with a page
     */
    public static MetricsPage scrape(InetSocketAddress management) throws IOException {
        URI page = URI.create("http://" + management.getHostString() + ":" + management.getPort() + "/metrics");
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            return new MetricsPage(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The sum of all series of a name whose labels contain a text ({@code ""} for all); 0 if there is none. */
    public double sum(String name, String label) {
        return text.lines()
                .filter(line -> line.startsWith(name) && line.length() > name.length())
                .filter(line -> line.charAt(name.length()) == '{' || line.charAt(name.length()) == ' ')
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Open WebSocket connections. */
    public long connections() {
        return (long) sum("magpie_connections", "");
    }

    /** Memberships of connections in rooms. */
    public long members() {
        return (long) sum("magpie_members", "");
    }

    /**
     * Bytes outside of the heap. Where Netty gets them from the JVM's own pool, that pool counts them; where it doesn't,
     * Netty does.
     */
    public long directBytes() {
        return (long) Math.max(
                sum("jvm_buffer_memory_used_bytes", "id=\"direct\""),
                sum("netty_allocator_memory_used", "memory_type=\"direct\""));
    }
}
