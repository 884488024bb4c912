package io.magpie.gateway.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gets something over HTTP that may not take longer, be larger or lie elsewhere than expected. */
public final class HttpFetch {
    private static final int OK = 200;

    private HttpFetch() {}

    /** One for all, made when the first is needed: it has threads. */
    private static final class Client {
        static final HttpClient ONE = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /**
     * Gets a body. Blocks.
     *
     * @param patience for all of it, from the connection to the last byte
     * @throws IOException if it isn't there in time, is larger, or the answer is any other than 200
     */
    static byte[] get(URL url, Duration patience, int maxBytes) throws IOException {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(url.toURI())
                    .header("Accept", "application/json")
                    .build();
        } catch (URISyntaxException e) {
            throw new IOException("bad address", e);
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                Client.ONE.sendAsync(request, head -> new BoundedBody(maxBytes));
        try {
            HttpResponse<byte[]> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw new IOException("the answer of " + host(request.uri()) + " has status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new IOException(host(request.uri()) + " didn't answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException(host(request.uri()) + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * Gets a body without waiting for it. Any thread.
     *
     * @param patience for all of it, from the connection to the last byte
     * @return the body; fails with a {@link TimeoutException} if it isn't there in time, and with an {@link IOException}
     *     if it is larger or the answer is any other than 200. What is said of a failure may hold the address
     */
    public static CompletableFuture<byte[]> ask(URI address, Duration patience, int maxBytes) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                Client.ONE.sendAsync(request, head -> new BoundedBody(maxBytes));
        return answer.thenApply(HttpFetch::good)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((body, failure) -> answer.cancel(true));
    }

    private static byte[] good(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            throw new CompletionException(new IOException("status " + response.statusCode()));
        }
        return response.body();
    }

    private static String host(URI uri) {
        return String.valueOf(uri.getHost());
    }

    /** Gathers a body, and gives up when it becomes too large. Its methods are called one after the other. */
    public static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
        private final int max;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

        /** @param max bytes; beyond them it fails with an {@link IOException} */
        public BoundedBody(int max) {
            this.max = max;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source.complete(subscription);
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (bytes.size() + buffer.remaining() > max) {
                    source.join().cancel();
                    whole.completeExceptionally(new IOException("the answer is larger than " + max + " bytes"));
                    return;
                }
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.write(part, 0, part.length);
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }
    }
}
