package io.magpie.gateway.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody else's server, on a free port of the loopback interface, that answers as the test says. Any thread. */
public final class HttpStub implements AutoCloseable {
    /** Connections that may wait to be taken. */
    private static final int BACKLOG = 256;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** How a request is answered; on a thread of its own, so it may wait. */
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** Answers requests for a path; a connection whose answer fails is closed. */
    public HttpStub(String path, Answer answer) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(path, exchange -> {
            try {
                answer.to(exchange);
            } catch (IOException abandoned) {
                exchange.close();
            }
        });
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Where it is, without a path. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Answers with a status and a whole body. */
    public static void whole(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Answers nobody any more; what waits is interrupted. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
