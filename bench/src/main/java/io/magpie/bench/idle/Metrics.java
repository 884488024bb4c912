package io.magpie.bench.idle;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** What the gateway says of itself on its management port. Immutable. */
final class Metrics {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;

    Metrics(InetSocketAddress management) {
        String address = management.getAddress().getHostAddress() + ":" + management.getPort();
        this.request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                .timeout(TIMEOUT)
                .build();
    }

    /** The lines of one scrape. */
    List<String> scrape() throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + " answered " + answer.statusCode());
        }
        return answer.body().lines().toList();
    }

    /** Open WebSocket connections. */
    static long connections(Collection<String> scrape) {
        return sum(scrape, "magpie_connections{", "");
    }

    /** Memberships of connections in rooms. */
    static long members(Collection<String> scrape) {
        return sum(scrape, "magpie_members", "");
    }

    /** Bytes outside of the heap: Netty's direct memory and the JDK's own direct buffers. */
    static long directBytes(Collection<String> scrape) {
        return sum(scrape, "netty_allocator_memory_used", "\"direct\"")
                + sum(scrape, "jvm_buffer_memory_used_bytes", "\"direct\"");
    }

    private static long sum(Collection<String> scrape, String name, String tag) {
        return scrape.stream()
                .filter(line -> line.startsWith(name) && line.contains(tag))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
