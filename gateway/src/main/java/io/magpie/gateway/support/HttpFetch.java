package io.magpie.gateway.support;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
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
    public static byte[] get(URL url, Duration patience, int maxBytes) throws IOException {
        URI address;
        try {
            address = url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("bad address", e);
        }
        CompletableFuture<HttpResponse<byte[]>> answer = exchange(address, maxBytes);
        try {
            return body(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new IOException(address.getHost() + " didn't answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException(address.getHost() + ": " + e.getCause(), e);
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
        CompletableFuture<HttpResponse<byte[]>> answer = exchange(address, maxBytes);
        return answer.thenApply(HttpFetch::good)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((body, failure) -> answer.cancel(true));
    }

    private static CompletableFuture<HttpResponse<byte[]>> exchange(URI address, int maxBytes) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build();
        return Client.ONE.sendAsync(request, head -> new BoundedBody(maxBytes));
    }

    private static byte[] good(HttpResponse<byte[]> response) {
        try {
            return body(response);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static byte[] body(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != OK) {
            throw new IOException("the answer of " + response.uri().getHost() + " has status " + response.statusCode());
        }
        return response.body();
    }
}
