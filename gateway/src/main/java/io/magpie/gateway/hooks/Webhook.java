package io.magpie.gateway.hooks;

import io.magpie.gateway.auth.Authenticator;
import io.magpie.gateway.auth.RoomPatterns;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.WebhookConfig;
import io.magpie.protocol.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The business backend, as sessions ask it. Where it can't be asked, the answer is no for now, except to questions that the
 * operator has listed in {@code fail-open}. Immutable; any thread.
 */
public final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    /** Longer tokens aren't sent to anybody. */
    private static final int MAX_TOKEN = 8 * 1_024;

    private final WebhookConfig config;
    private final RoomPatterns usual;
    private final int maxMessage;
    private final WebhookMetrics metrics;
    private final Backend backend;
    private final EventExecutor thread;
    private final LongSupplier millis;

    /**
     * @param thread of the backend; ends with this
     * @param millis since 1970
     */
    Webhook(GatewayConfig config, WebhookMetrics metrics, Backend backend, EventExecutor thread, LongSupplier millis) {
        this.config = config.webhook();
        this.usual = RoomPatterns.of(config.auth().rooms());
        this.maxMessage = config.limits().message().intBytes();
        this.metrics = metrics;
        this.backend = backend;
        this.thread = thread;
        this.millis = millis;
    }

    /**
     * The backend of a configuration; null if it isn't asked anything.
     *
     * @param registry has meters of it in any case
     * @param ids makes ids of questions, which don't repeat
     */
    public static @Nullable Webhook of(GatewayConfig config, MeterRegistry registry, Supplier<String> ids) {
        WebhookMetrics metrics = new WebhookMetrics(registry);
        boolean identifies = config.auth().kind() == AuthConfig.Kind.WEBHOOK;
        if (!identifies && config.webhook().questions().isEmpty()) {
            return null;
        }
        HttpCarrier carrier = new HttpCarrier(config.webhook(), System::currentTimeMillis);
        DefaultEventExecutor thread = new DefaultEventExecutor(new DefaultThreadFactory("magpie-webhook", true));
        Backend backend = new Backend(config.webhook(), thread, carrier, ids, metrics);
        return new Webhook(config, metrics, backend, thread, System::currentTimeMillis);
    }

    /** Judges tokens by asking the backend. */
    public Authenticator authenticator() {
        return new Authenticator() {
            @Override
            public void judge(String token, Consumer<Verdict> then) {
                connect(token, then);
            }

            @Override
            public void close() {
                // It goes with the webhook.
            }
        };
    }

    /** What is asked about what clients do. */
    public Hooks hooks() {
        return new Hooks(
                config.asks(WebhookConfig.JOIN) ? this::join : null,
                config.asks(WebhookConfig.SEND) ? this::send : null);
    }

    private void connect(String token, Consumer<Verdict> then) {
        if (token.length() > MAX_TOKEN) {
            then.accept(bad("the token is longer than " + MAX_TOKEN + " characters"));
            return;
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(token)) {
            then.accept(bad("the token is no text"));
            return;
        }
        backend.<Verdict>ask(
                Question.CONNECT,
                Questions.connect(token),
                answer -> Answers.connect(answer, usual, millis.getAsLong()),
                reply -> then.accept(verdict(reply)));
    }

    private static Verdict bad(String message) {
        return new Verdict.Refused(Verdict.Reason.BAD, message);
    }

    private Verdict verdict(Reply<Verdict> reply) {
        if (reply instanceof Reply.Answered<Verdict> answered) {
            boolean allowed = answered.value() instanceof Verdict.Accepted;
            metrics.asked(Question.CONNECT, allowed ? QuestionOutcome.ALLOWED : QuestionOutcome.DENIED);
            return answered.value();
        }
        Reply.Missed<Verdict> missed = (Reply.Missed<Verdict>) reply;
        metrics.asked(Question.CONNECT, missed.why());
        return new Verdict.Refused(Verdict.Reason.UNAVAILABLE, message(missed.why()));
    }

    private void join(JoinQuestion question, Consumer<Ruling> then) {
        boolean opens = config.opens(WebhookConfig.JOIN);
        ask(Question.JOIN, opens, () -> Questions.join(question), Answers::join, then);
    }

    private void send(SendQuestion question, Consumer<Ruling> then) {
        boolean opens = config.opens(WebhookConfig.SEND);
        ask(Question.SEND, opens, () -> Questions.send(question), answer -> Answers.send(answer, maxMessage), then);
    }

    private void ask(
            Question question,
            boolean opens,
            Supplier<byte[]> writing,
            Backend.Reading<Ruling> reading,
            Consumer<Ruling> then) {
        byte[] body;
        try {
            body = writing.get();
        } catch (UncheckedIOException e) {
            LOG.error("webhook.unwritable question={}", question, e);
            metrics.asked(question, QuestionOutcome.FAILED);
            then.accept(new Ruling.Unavailable(ErrorCode.INTERNAL, "internal error", Ruling.Unavailable.UNSET));
            return;
        }
        backend.<Ruling>ask(question, body, reading, reply -> then.accept(ruling(question, opens, reply)));
    }

    private Ruling ruling(Question question, boolean opens, Reply<Ruling> reply) {
        if (reply instanceof Reply.Answered<Ruling> answered) {
            metrics.asked(question, outcome(answered.value()));
            return answered.value();
        }
        Reply.Missed<Ruling> missed = (Reply.Missed<Ruling>) reply;
        metrics.asked(question, missed.why());
        if (opens && missed.why().silent()) {
            return new Ruling.Allowed(null);
        }
        ErrorCode code = missed.why() == QuestionOutcome.BUSY ? ErrorCode.BUSY : ErrorCode.UNAVAILABLE;
        return new Ruling.Unavailable(code, message(missed.why()), missed.after());
    }

    private static QuestionOutcome outcome(Ruling ruling) {
        if (ruling instanceof Ruling.Allowed allowed) {
            return allowed.instead() == null ? QuestionOutcome.ALLOWED : QuestionOutcome.REPLACED;
        }
        return QuestionOutcome.DENIED;
    }

    private static String message(QuestionOutcome why) {
        return why == QuestionOutcome.BUSY
                ? "too much waits for the backend; come again"
                : "the backend can't be asked now";
    }

    /** Ends what is under way; who waits for it is told that the backend can't be asked. */
    @Override
    public void close() {
        backend.close();
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
