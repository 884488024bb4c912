package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.HttpReply;
import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What a scraper sees of a gateway. */
record Prometheus(Addresses addresses) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    static Prometheus of(Addresses addresses) {
        return new Prometheus(addresses);
    }

    /** All lines that aren't comments. */
    List<String> series() throws IOException {
        try (RawClient scraper = new RawClient(addresses.management())) {
            HttpReply reply = scraper.ask(RawRequest.get("/metrics"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("content-type")).startsWith("text/plain");
            return reply.text().lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    /** The same, as soon as something is there, which must come. */
    List<String> seriesWhen(Predicate<List<String>> there) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> series = series();
        while (!there.test(series) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            series = series();
        }
        return series;
    }

    /** The value of one series, with its labels if it has some. */
    double value(String name) throws IOException {
        return value(series(), name);
    }

    /** Waits until there is a line. */
    void await(String line) throws IOException {
        assertThat(seriesWhen(series -> series.contains(line))).contains(line);
    }

    /** Waits until a series is at least so large. */
    void await(String name, double atLeast) throws IOException {
        assertThat(value(seriesWhen(series -> value(series, name) >= atLeast), name))
                .as(name)
                .isGreaterThanOrEqualTo(atLeast);
    }

    private static double value(List<String> series, String name) {
        return series.stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + name));
    }
}
