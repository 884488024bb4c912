package io.magpie.gateway.wechat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * WeChat's {@code /sns/jscode2session} as it answers: status 200 always, {@code text/plain}, and an {@code errmsg} that ends
 * with the name of the request. Codes are good once. Any thread.
 */
public final class WechatStub implements AutoCloseable {
    public static final String SESSION_KEY = "cGxhbnRlZC1zZXNzaW9uLWtleQ==";
    private static final String RID = " rid: 6567f0a1-5c1f2a3b-0d4e5f60";
    private static final int PATIENCE_SECONDS = 30;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final Queue<Reply> planned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Something else than what WeChat would say. */
    public interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    public WechatStub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/sns/jscode2session", this::serve);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A mini-program that WeChat knows. */
    public WechatStub app(String appid, String secret) {
        secrets.put(appid, secret);
        return this;
    }

    /** A code that somebody got. */
    public WechatStub user(String code, String openid) {
        users.put(code, "\"openid\":\"" + openid + "\"");
        return this;
    }

    /** A code that somebody got in an app with siblings. */
    public WechatStub user(String code, String openid, String unionid) {
        users.put(code, "\"openid\":\"" + openid + "\",\"unionid\":\"" + unionid + "\"");
        return this;
    }

    /** The next calls are answered so. */
    public void plan(Reply... replies) {
        planned.addAll(List.of(replies));
    }

    /** Calls get no answer until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** Calls so far. */
    public int calls() {
        return calls.get();
    }

    /** An error as WeChat tells it. */
    public static Reply error(int code, String message) {
        return text(200, "{\"errcode\":" + code + ",\"errmsg\":\"" + message + RID + "\"}");
    }

    public static Reply text(int status, String body) {
        return exchange -> write(exchange, status, body);
    }

    public static Reply redirect() {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", "/sns/jscode2session?again");
            write(exchange, 302, "");
        };
    }

    public static Reply hangUp() {
        return HttpExchange::close;
    }

    /** Nothing, until the stub is closed. */
    public Reply silence() {
        return exchange -> {
            await(end);
            exchange.close();
        };
    }

    private void serve(HttpExchange exchange) {
        calls.incrementAndGet();
        try {
            await(gate);
            Reply reply = planned.poll();
            (reply == null ? usual(exchange) : reply).to(exchange);
        } catch (IOException abandoned) {
            exchange.close();
        }
    }

    private Reply usual(HttpExchange exchange) {
        Map<String, List<String>> query =
                new QueryStringDecoder(exchange.getRequestURI().toString()).parameters();
        String appid = first(query, "appid");
        String code = first(query, "js_code");
        if (!exchange.getRequestMethod().equals("GET")
                || !first(query, "grant_type").equals("authorization_code")) {
            return error(43001, "require GET method");
        } else if (!secrets.containsKey(appid)) {
            return error(40013, "invalid appid,");
        } else if (!first(query, "secret").equals(secrets.get(appid))) {
            return error(40125, "invalid appsecret,");
        } else if (!users.containsKey(code)) {
            return error(40029, "invalid code,");
        } else if (!used.add(code)) {
            return error(40163, "code been used,");
        }
        return text(200, "{\"session_key\":\"" + SESSION_KEY + "\"," + users.get(code) + "}");
    }

    private static String first(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.get(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody released the stub");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        gate.countDown();
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
