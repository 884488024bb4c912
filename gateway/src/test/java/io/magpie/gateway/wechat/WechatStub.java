package io.magpie.gateway.wechat;

import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.support.HttpStub;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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
    private static final int BETWEEN_MILLIS = 20;

    private final HttpStub server;
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final Queue<HttpStub.Answer> planned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    public WechatStub() {
        server = new HttpStub("/sns/jscode2session", this::serve);
    }

    public String url() {
        return server.url();
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
    public void plan(HttpStub.Answer... replies) {
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

    /** Calls that were under way at one time, at most. */
    public int mostUnderWay() {
        return mostUnderWay.get();
    }

    /** An error as WeChat tells it. */
    public static HttpStub.Answer error(int code, String message) {
        return text(200, "{\"errcode\":" + code + ",\"errmsg\":\"" + message + RID + "\"}");
    }

    public static HttpStub.Answer text(int status, String body) {
        return exchange -> write(exchange, status, body);
    }

    public static HttpStub.Answer redirect() {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", "/sns/jscode2session?again");
            write(exchange, 302, "");
        };
    }

    public static HttpStub.Answer hangUp() {
        return HttpExchange::close;
    }

    /** Nothing, until the stub is closed. */
    public HttpStub.Answer silence() {
        return exchange -> {
            await(end);
            exchange.close();
        };
    }

    /** A good beginning, and then a byte now and again until the stub is closed or nobody hears it. */
    public HttpStub.Answer drip() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("{\"openid\":\"slow\"".getBytes(StandardCharsets.US_ASCII));
                while (!end.await(BETWEEN_MILLIS, TimeUnit.MILLISECONDS)) {
                    out.write(' ');
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private void serve(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        await(gate);
        HttpStub.Answer reply = planned.poll();
        HttpStub.Answer answer = reply == null ? usual(exchange) : reply;
        // Before the answer: who has it may call again.
        underWay.decrementAndGet();
        answer.to(exchange);
    }

    private HttpStub.Answer usual(HttpExchange exchange) {
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
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        HttpStub.whole(exchange, status, body);
    }

    @Override
    public void close() {
        gate.countDown();
        end.countDown();
        server.close();
    }
}
