package io.magpie.gateway.http;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The management port: metrics for a scraper, health for a supervisor. Any thread. */
public final class ManagementSite implements Site {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Supplier<String> scrape;
    private final BooleanSupplier ready;

    /**
     * @param scrape writes all metrics in the Prometheus text format
     * @param ready whether new connections are welcome
     */
    public ManagementSite(Supplier<String> scrape, BooleanSupplier ready) {
        this.scrape = scrape;
        this.ready = ready;
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        if (!question.method().equals("GET") && !question.method().equals("HEAD")) {
            return HttpAnswer.error(405, "method_not_allowed", "use GET").with("Allow", "GET, HEAD");
        }
        return switch (question.path()) {
            case "/metrics" -> HttpAnswer.text(200, PROMETHEUS, scrape.get());
            case "/health/live" -> HttpAnswer.json(200, Map.of("status", "up"));
            case "/health/ready" ->
                ready.getAsBoolean()
                        ? HttpAnswer.json(200, Map.of("status", "ready"))
                        : HttpAnswer.json(503, Map.of("status", "not_ready"));
            default -> HttpAnswer.error(404, "not_found", "try /metrics, /health/live or /health/ready");
        };
    }
}
