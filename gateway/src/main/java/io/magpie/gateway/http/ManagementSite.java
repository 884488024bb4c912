package io.magpie.gateway.http;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The management port: metrics for a scraper, health for a supervisor, and the API below {@code /api/v1}. Any thread. */
public final class ManagementSite implements AsyncSite {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String API = "/api/v1/";

    private final Supplier<String> scrape;
    private final BooleanSupplier ready;
    private final AsyncSite api;

    /**
     * @param scrape writes all metrics in the Prometheus text format
     * @param ready whether new connections are welcome
     * @param api answers what begins with {@code /api/v1/}
     */
    public ManagementSite(Supplier<String> scrape, BooleanSupplier ready, AsyncSite api) {
        this.scrape = scrape;
        this.ready = ready;
        this.api = api;
    }

    @Override
    public void answer(HttpQuestion question, Consumer<HttpAnswer> then) {
        if (question.path().startsWith(API)) {
            api.answer(question, then);
        } else {
            then.accept(answer(question));
        }
    }

    private HttpAnswer answer(HttpQuestion question) {
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
            default ->
                HttpAnswer.error(404, "not_found", "try /metrics, /health/live, /health/ready or /api/v1/openapi.json");
        };
    }
}
