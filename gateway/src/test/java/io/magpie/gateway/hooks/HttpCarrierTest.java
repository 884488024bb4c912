package io.magpie.gateway.hooks;

import static io.magpie.gateway.support.HttpStub.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.support.HttpStub;
import io.magpie.gateway.transport.TestConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way to a backend that may be anything. */
class HttpCarrierTest {
    private static final long GIGABYTE = 1L << 30;
    private static final byte[] BODY = "{\"question\":\"join\"}".getBytes(StandardCharsets.UTF_8);

    private final BlockingQueue<Headers> heard = new LinkedBlockingQueue<>();
    private HttpStub server;
    private volatile HttpStub.Answer answer = exchange -> whole(exchange, 200, "{}");

    @BeforeEach
    void serve() {
        server = new HttpStub("/chat", exchange -> {
            heard.add(exchange.getRequestHeaders());
            assertThat(exchange.getRequestBody().readAllBytes()).isEqualTo(BODY);
            answer.to(exchange);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void signsWhatItPosts() throws Exception {
        assertThat(body(post())).isEqualTo("{}");

        Headers headers = heard.remove();
        assertThat(headers.getFirst("X-Magpie-Question")).isEqualTo("join");
        assertThat(headers.getFirst("X-Magpie-Id")).isEqualTo("q1");
        assertThat(headers.getFirst("X-Magpie-Timestamp")).isEqualTo("1700000000");
        assertThat(headers.getFirst("X-Magpie-Signature"))
                .isEqualTo("v1=576bacd5e86a396133fbf6289d3403695f56a3a03dce61a1ebc4c3456f014159");
        assertThat(headers.getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(headers.keySet())
                .as("and nothing else of anybody")
                .isSubsetOf(
                        "Host",
                        "User-agent",
                        "Connection",
                        "Content-type",
                        "Content-length",
                        "X-magpie-question",
                        "X-magpie-id",
                        "X-magpie-timestamp",
                        "X-magpie-signature");
    }

    @Test
    void takesTheLargestAnswerAndNoLargerOne() throws Exception {
        answer = exchange -> whole(exchange, 200, "x".repeat(HttpCarrier.MAX_ANSWER));
        assertThat(body(post())).hasSize(HttpCarrier.MAX_ANSWER);

        answer = exchange -> whole(exchange, 200, "x".repeat(HttpCarrier.MAX_ANSWER + 1));
        assertNoAnswer(post(), "too large");
    }

    @Test
    void readsNoMoreOfAnAnswerThatNeverEndsThanItTakes() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch given = new CountDownLatch(1);
        byte[] part = new byte[64 * 1_024];
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (written.get() < GIGABYTE) {
                    out.write(part);
                    written.addAndGet(part.length);
                }
            } finally {
                given.countDown();
            }
        };

        assertNoAnswer(post(), "too large");
        assertThat(given.await(10, TimeUnit.SECONDS)).as("the connection ends").isTrue();
        assertThat(written).hasValueLessThan(GIGABYTE / 10);
    }

    @Test
    void takesNoOtherStatusForAnAnswer() {
        for (int status : new int[] {201, 204, 400, 403, 500, 503}) {
            answer = exchange -> whole(exchange, status, "");
            assertNoAnswer(post(), "status " + status);
        }
    }

    @Test
    void followsNoRedirect() {
        BlockingQueue<Headers> elsewhere = new LinkedBlockingQueue<>();
        try (HttpStub other = new HttpStub("/", exchange -> {
            elsewhere.add(exchange.getRequestHeaders());
            whole(exchange, 200, "{}");
        })) {
            for (String target : List.of("/chat", other.url() + "/chat", "https://127.0.0.1:" + other.port() + "/")) {
                answer = exchange -> {
                    exchange.getResponseHeaders().add("Location", target);
                    whole(exchange, 307, "");
                };

                assertNoAnswer(post(), "status 307");
            }
        }
        assertThat(heard).as("each once").hasSize(3);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void takesNoAnswerThatEndsEarly() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{\"allow\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };

        assertNoAnswer(post(), "ends early");
    }

    @Test
    void tellsAConnectionThatBreaksFromAnAnswer() {
        answer = HttpExchange::close;

        assertThatThrownBy(() -> post().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .satisfies(failed -> assertThat(failed.getCause())
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(BadAnswerException.class));
    }

    @Test
    void givesUpWhatIsCancelled() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> given = carrier(silent.getLocalPort()).post(Question.JOIN, "q1", BODY);
            try (Socket peer = silent.accept()) {
                peer.setSoTimeout(10_000);
                assertThat(peer.getInputStream().read()).isEqualTo('P');

                given.cancel(true);

                assertThat(given).isDone();
                assertThat(ends(peer.getInputStream())).isTrue();
            }
        }
    }

    private static boolean ends(InputStream in) {
        try {
            in.readAllBytes();
            return true;
        } catch (IOException reset) {
            return !(reset instanceof SocketTimeoutException);
        }
    }

    private CompletableFuture<byte[]> post() {
        return carrier(server.port()).post(Question.JOIN, "q1", BODY);
    }

    private static HttpCarrier carrier(int port) {
        return new HttpCarrier(
                TestConfig.with(
                                "webhook.url=http://127.0.0.1:" + port + "/chat",
                                "webhook.secret=0123456789abcdef",
                                "webhook.questions=join")
                        .webhook(),
                () -> 1_700_000_000_999L);
    }

    private static String body(CompletableFuture<byte[]> answer) throws Exception {
        return new String(answer.get(10, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    }

    private static void assertNoAnswer(CompletableFuture<byte[]> answer, String why) {
        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .satisfies(failed -> assertThat(failed.getCause())
                        .isInstanceOf(BadAnswerException.class)
                        .hasMessageContaining(why));
    }
}
