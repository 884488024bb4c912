package io.magpie.gateway.hooks;

import io.magpie.gateway.config.WebhookConfig;
import io.magpie.gateway.support.BoundedBody;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Posts questions over HTTP, signed, on threads of its own. Never follows a redirect. Any thread. */
final class HttpCarrier implements Carrier {
    static final int MAX_ANSWER = 64 * 1_024;

    private static final int OK = 200;
    private static final int BROKEN = 500;
    private static final int THREADS = 2;

    private final URI url;
    private final Signature signature;
    private final LongSupplier millis;
    private final HttpClient client;

    /** @param millis since 1970 */
    HttpCarrier(WebhookConfig config, LongSupplier millis) {
        this.url = URI.create(config.url());
        this.signature = new Signature(config.secret());
        this.millis = millis;
        // What waits for them is bounded by the questions under way; they end when there has been none for a while.
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "magpie-webhook-http");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.timeout())
                .executor(threads)
                .build();
    }

    @Override
    public CompletableFuture<byte[]> post(Question question, String id, byte[] body) {
        String timestamp = Long.toString(millis.getAsLong() / 1_000);
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("X-Magpie-Question", question.name().toLowerCase(Locale.ROOT))
                .header("X-Magpie-Id", id)
                .header("X-Magpie-Timestamp", timestamp)
                .header("X-Magpie-Signature", signature.of(timestamp, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, head -> {
            begun.set(true);
            return new BoundedBody(MAX_ANSWER);
        });
        CompletableFuture<byte[]> answer = exchange.handle((response, failure) -> {
            if (failure == null && response.statusCode() == OK) {
                return response.body();
            }
            if (failure == null) {
                throw new CompletionException(
                        new BadAnswerException("status " + response.statusCode(), response.statusCode() >= BROKEN));
            }
            throw new CompletionException(
                    begun.get()
                            ? new BadAnswerException("the answer is too large or ends early", true)
                            : cause(failure));
        });
        answer.whenComplete((bytes, failure) -> {
            if (answer.isCancelled()) {
                exchange.cancel(true);
            }
        });
        return answer;
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
