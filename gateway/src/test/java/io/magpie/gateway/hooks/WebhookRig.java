package io.magpie.gateway.hooks;

import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.room.ManualLoop;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.Sender;
import io.magpie.protocol.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A webhook whose backend is the test, on a thread and with a clock that the test moves. Questions are q1, q2 … */
final class WebhookRig {
    private static final Sender ALICE = new Sender(new UserId("alice"), null);

    /** One question on its way; the test says what becomes of it. */
    record Posted(WebhookRig rig, Question question, String id, String body, CompletableFuture<byte[]> answer) {
        void say(String json) {
            answer.complete(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            rig.loop.settle();
        }

        void lose(Throwable why) {
            answer.completeExceptionally(why);
            rig.loop.settle();
        }
    }

    final ManualLoop loop = new ManualLoop(0);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<Posted> posted = new ArrayList<>();
    final Backend backend;
    final Webhook webhook;

    WebhookRig(String... settings) {
        this(null, settings);
    }

    private WebhookRig(@Nullable String url, String[] settings) {
        Stream<String> always = Stream.of(
                "auth.kind=webhook",
                "auth.rooms=open",
                "webhook.url=" + (url == null ? "https://shop.example/chat" : url),
                "webhook.secret=0123456789abcdef",
                "webhook.questions=join,send");
        GatewayConfig config =
                TestConfig.with(Stream.concat(always, Stream.of(settings)).toArray(String[]::new));
        WebhookMetrics metrics = new WebhookMetrics(registry);
        AtomicInteger ids = new AtomicInteger();
        Carrier carrier = url == null ? this::post : new HttpCarrier(config.webhook(), () -> 1_000);
        backend = new Backend(config.webhook(), loop, carrier, () -> "q" + ids.incrementAndGet(), metrics);
        webhook = new Webhook(config, metrics, backend, loop, () -> 1_000);
    }

    /** One whose backend is a server; nobody else says what becomes of its questions. */
    static WebhookRig over(String url, String... settings) {
        return new WebhookRig(url, settings);
    }

    private CompletableFuture<byte[]> post(Question question, String id, byte[] body) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        posted.add(new Posted(this, question, id, new String(body, StandardCharsets.UTF_8), answer));
        return answer;
    }

    Posted last() {
        return posted.get(posted.size() - 1);
    }

    List<String> ids() {
        return posted.stream().map(Posted::id).toList();
    }

    void advance(Duration span) {
        loop.advance(span);
    }

    List<Verdict> connect(String token) {
        return asked(then -> webhook.authenticator().judge(token, then));
    }

    List<Ruling> join(String room) {
        Asking<JoinQuestion> asking = webhook.hooks().join();
        return asked(then -> asking.ask(new JoinQuestion(ALICE, new RoomId(room), "c1"), then));
    }

    List<Ruling> send(String text) {
        Asking<SendQuestion> asking = webhook.hooks().send();
        Body body = new Body.Text(text.getBytes(StandardCharsets.UTF_8));
        return asked(then -> asking.ask(new SendQuestion(ALICE, new RoomId("hall"), "c1", null, null, body), then));
    }

    double count(String question, String outcome) {
        return registry.get("magpie.webhook.questions")
                .tags("question", question, "outcome", outcome)
                .counter()
                .count();
    }

    private <A> List<A> asked(Consumer<Consumer<A>> asking) {
        List<A> answers = new ArrayList<>();
        asking.accept(answers::add);
        loop.settle();
        return answers;
    }
}
