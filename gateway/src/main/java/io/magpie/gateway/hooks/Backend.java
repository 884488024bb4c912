package io.magpie.gateway.hooks;

import io.magpie.gateway.config.WebhookConfig;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts questions to the backend: so many at a time, while others wait in queues with bounds. Neither newcomers, who are asked
 * about at {@code connect}, nor those who are in can have more than three quarters of the places while the others wait. Each
 * question is replied to once, within twice the time-out, whatever the backend does. Belongs to its executor; any thread may call {@link #ask} and {@link #close}.
 */
@OwnedBy(Owner.WEBHOOK)
final class Backend {
    /** Questions that may wait; who asks one more is told that the backend is busy. */
    static final int MAX_WAITING = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);
    private static final long MAX_WAITING_BYTES = 16 * 1_024 * 1_024;
    private static final long BUSY_MILLIS = 1_000;
    private static final long WARN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final WebhookConfig config;
    private final EventExecutor thread;
    private final Carrier carrier;
    private final Supplier<String> ids;
    private final WebhookMetrics metrics;
    private final Breaker breaker;
    private final Line newcomers = new Line();
    private final Line others = new Line();
    private final Set<Asked<?>> underWay = new HashSet<>();

    /** Questions of a kind that may be under way at a time, if there are others. */
    private final int share;

    private boolean closed;
    private boolean warned;
    private long warnedNanos;

    /** Makes something of an answer. */
    @FunctionalInterface
    interface Reading<A> {
        A read(byte[] answer) throws IOException;
    }

    /**
     * @param thread owns it; its ticker is the clock
     * @param ids makes ids of questions, which don't repeat
     */
    Backend(WebhookConfig config, EventExecutor thread, Carrier carrier, Supplier<String> ids, WebhookMetrics metrics) {
        this.config = config;
        this.thread = thread;
        this.carrier = carrier;
        this.ids = ids;
        this.metrics = metrics;
        this.breaker = new Breaker(config.failures(), config.retryAfter(), this::now);
        this.share = Math.max(1, config.inFlight() - config.inFlight() / 4);
    }

    /** Questions that wait, in their order. Belongs to the backend's executor. */
    private static final class Line {
        private final Deque<Asked<?>> questions = new ArrayDeque<>();
        private long bytes;
        private int underWay;

        boolean add(Asked<?> asked) {
            if (questions.size() >= MAX_WAITING || bytes + asked.body.length > MAX_WAITING_BYTES) {
                return false;
            }
            bytes += asked.body.length;
            return questions.add(asked);
        }

        @Nullable
        Asked<?> poll() {
            Asked<?> first = questions.poll();
            bytes -= first == null ? 0 : first.body.length;
            return first;
        }
    }

    /** One question. Belongs to the backend's executor. */
    private static final class Asked<A> {
        private final Question question;
        private final String id;
        private final byte[] body;
        private final Reading<A> reading;
        private final Consumer<Reply<A>> then;
        private final long sinceNanos;
        private long postedNanos;
        private boolean again;
        private @Nullable CompletableFuture<byte[]> exchange;
        private @Nullable ScheduledFuture<?> deadline;

        Asked(Question question, String id, byte[] body, Reading<A> reading, Consumer<Reply<A>> then, long sinceNanos) {
            this.question = question;
            this.id = id;
            this.body = body;
            this.reading = reading;
            this.then = then;
            this.sinceNanos = sinceNanos;
        }

        Reply<A> read(byte[] answer) throws IOException {
            return new Reply.Answered<>(reading.read(answer));
        }

        /** Who asked may be gone with its loop; that is no harm to others. */
        void reply(Reply<A> reply) {
            try {
                then.accept(reply);
            } catch (RejectedExecutionException ended) {
                LOG.debug("webhook.loop-ended", ended);
            } catch (RuntimeException e) {
                LOG.error("webhook.reply-failed question={}", question, e);
            }
        }

        void miss(QuestionOutcome why, long after) {
            reply(new Reply.Missed<>(why, after));
        }
    }

    /** Asks. {@code reading} and {@code then} are called on the executor, or {@code then} at once if that has ended. */
    <A> void ask(Question question, byte[] body, Reading<A> reading, Consumer<Reply<A>> then) {
        Asked<A> asked = new Asked<>(question, ids.get(), body, reading, then, now());
        try {
            thread.execute(() -> admit(asked));
        } catch (RejectedExecutionException ended) {
            asked.miss(QuestionOutcome.SUSPENDED, Ruling.Unavailable.UNSET);
        }
    }

    private void admit(Asked<?> asked) {
        Line line = line(asked);
        if (closed) {
            asked.miss(QuestionOutcome.SUSPENDED, Ruling.Unavailable.UNSET);
        } else if (line.questions.isEmpty() && free(line)) {
            begin(asked);
        } else if (!line.add(asked)) {
            asked.miss(QuestionOutcome.BUSY, spread(BUSY_MILLIS));
        }
    }

    private Line line(Asked<?> asked) {
        return asked.question == Question.CONNECT ? newcomers : others;
    }

    /** Whether one of a line may begin: newcomers may have all places as long as nobody else wants one. */
    private boolean free(Line line) {
        boolean alone = line == newcomers && others.questions.isEmpty();
        return underWay.size() < config.inFlight() && (alone || line.underWay < share);
    }

    /** Up to half as long again, so that those who were told together don't come back together. */
    private static long spread(long millis) {
        return millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
    }

    /** Milliseconds until a question may be let through; while one tries, its outcome counts. */
    private long suspension() {
        long left = TimeUnit.NANOSECONDS.toMillis(breaker.waitNanos());
        return spread(left > 0 ? left : config.timeout().toMillis());
    }

    private void begin(Asked<?> asked) {
        if (!breaker.pass()) {
            asked.miss(QuestionOutcome.SUSPENDED, suspension());
            return;
        }
        underWay.add(asked);
        line(asked).underWay++;
        asked.postedNanos = now();
        asked.deadline = thread.schedule(
                () -> fail(asked, QuestionOutcome.TIMEOUT, "no answer in time"),
                config.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
        post(asked);
    }

    private <A> void post(Asked<A> asked) {
        CompletableFuture<byte[]> exchange;
        try {
            exchange = carrier.post(asked.question, asked.id, asked.body);
        } catch (RuntimeException e) {
            exchange = CompletableFuture.failedFuture(e);
        }
        asked.exchange = exchange;
        exchange.whenComplete((answer, failure) -> thread.execute(() -> {
            if (failure == null) {
                land(asked, answer);
            } else if (failure instanceof CompletionException && failure.getCause() != null) {
                lost(asked, failure.getCause());
            } else {
                lost(asked, failure);
            }
        }));
    }

    private <A> void land(Asked<A> asked, byte[] answer) {
        if (!underWay.contains(asked)) {
            return;
        }
        Reply<A> reply;
        try {
            reply = asked.read(answer);
        } catch (IOException | RuntimeException e) {
            misunderstood(asked, String.valueOf(e.getMessage()));
            return;
        }
        answered(asked, reply);
    }

    /** There is an answer that says nothing: what is wrong with one question is no sign that others would fail. */
    private <A> void misunderstood(Asked<A> asked, String why) {
        warn(asked, why);
        answered(asked, new Reply.Missed<>(QuestionOutcome.UNREADABLE, Ruling.Unavailable.UNSET));
    }

    /** The backend lives, whatever it has said. */
    private <A> void answered(Asked<A> asked, Reply<A> reply) {
        if (breaker.succeeded()) {
            LOG.info("webhook.resumed");
        }
        end(asked);
        asked.reply(reply);
        next();
    }

    /**
     * There is no answer. A backend closes a connection that was idle at any time, perhaps just when a question is on its way:
     * that is worth another try, of the same id.
     */
    private void lost(Asked<?> asked, Throwable why) {
        if (!underWay.contains(asked)) {
            return;
        }
        boolean broke = why instanceof IOException
                && !(why instanceof BadAnswerException)
                && !(why instanceof ConnectException)
                && !(why instanceof HttpTimeoutException);
        if (why instanceof BadAnswerException bad && !bad.broken()) {
            misunderstood(asked, String.valueOf(why.getMessage()));
        } else if (broke && !asked.again) {
            asked.again = true;
            post(asked);
        } else {
            boolean late = why instanceof HttpTimeoutException;
            fail(asked, late ? QuestionOutcome.TIMEOUT : QuestionOutcome.FAILED, why.toString());
        }
    }

    private void fail(Asked<?> asked, QuestionOutcome outcome, String why) {
        if (!underWay.contains(asked)) {
            return;
        }
        warn(asked, why);
        if (breaker.failed()) {
            LOG.warn("webhook.suspended failures={} retryAfter={}", config.failures(), config.retryAfter());
        }
        end(asked);
        asked.miss(outcome, Ruling.Unavailable.UNSET);
        next();
    }

    private void end(Asked<?> asked) {
        underWay.remove(asked);
        line(asked).underWay--;
        metrics.took(now() - asked.postedNanos);
        cancel(asked);
    }

    private static void cancel(Asked<?> asked) {
        if (asked.deadline != null) {
            asked.deadline.cancel(false);
        }
        if (asked.exchange != null) {
            asked.exchange.cancel(true);
        }
    }

    /** Those that waited come on, while there is room; who has waited too long has gone elsewhere by now. */
    private void next() {
        expire(newcomers);
        expire(others);
        for (Line line = first(); line != null; line = first()) {
            Asked<?> asked = line.poll();
            if (asked != null) {
                begin(asked);
            }
        }
    }

    private void expire(Line line) {
        Asked<?> head = line.questions.peek();
        while (head != null && now() - head.sinceNanos > config.timeout().toNanos()) {
            line.poll();
            head.miss(QuestionOutcome.BUSY, spread(BUSY_MILLIS));
            head = line.questions.peek();
        }
    }

    /** The line whose turn it is: that with the older question, if there is a place for it; null if there is for none. */
    private @Nullable Line first() {
        Asked<?> newcomer = newcomers.questions.peek();
        Asked<?> other = others.questions.peek();
        boolean newcomerMay = newcomer != null && free(newcomers);
        if (other == null || !free(others)) {
            return newcomerMay ? newcomers : null;
        }
        return newcomerMay && newcomer.sinceNanos <= other.sinceNanos ? newcomers : others;
    }

    /** Nobody is asked any more; who waits is told. */
    void close() {
        try {
            thread.execute(() -> {
                closed = true;
                List<Asked<?>> left = List.copyOf(underWay);
                left.forEach(Backend::cancel);
                underWay.clear();
                newcomers.underWay = 0;
                others.underWay = 0;
                left.forEach(asked -> asked.miss(QuestionOutcome.SUSPENDED, Ruling.Unavailable.UNSET));
                for (Line line : List.of(newcomers, others)) {
                    line.questions.forEach(asked -> asked.miss(QuestionOutcome.SUSPENDED, Ruling.Unavailable.UNSET));
                    line.questions.clear();
                }
            });
        } catch (RejectedExecutionException ended) {
            LOG.debug("webhook.ended", ended);
        }
    }

    private long now() {
        return thread.ticker().nanoTime();
    }

    private void warn(Asked<?> asked, String why) {
        if (!warned || now() - warnedNanos > WARN_EVERY_NANOS) {
            warned = true;
            warnedNanos = now();
            LOG.warn("webhook.failed question={} id={}: {}", asked.question, asked.id, why);
        }
    }
}
