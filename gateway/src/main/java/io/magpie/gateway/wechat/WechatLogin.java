package io.magpie.gateway.wechat;

import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.WechatConfig;
import io.magpie.gateway.http.AsyncSite;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.http.MiniProgram;
import io.magpie.gateway.support.AddressKey;
import io.magpie.gateway.support.SharedBuckets;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /login/wechat}: takes the code of {@code wx.login} to WeChat and answers with a token of ours. What it knows of
 * codes belongs to a thread of its own, which never waits; any thread may ask.
 */
public final class WechatLogin implements AsyncSite, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WechatLogin.class);

    /** Logins that that thread hasn't looked at; some milliseconds of work. */
    private static final int MAX_QUEUED = 1_024;

    private final WechatApps apps;
    private final WechatApi api;
    private final LoginAnswers answers;
    private final LoginMetrics metrics;
    private final SharedBuckets<AddressKey> addresses;
    private final LongSupplier nanos;
    private final Codes codes;
    private final Complaints complaints;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "magpie-wechat");
                thread.setDaemon(true);
                return thread;
            });

    /**
     * How long things take.
     *
     * @param patience with WeChat, for one answer
     * @param pause before WeChat is asked again, when it was busy
     * @param keep how long an answer is remembered for who sends the same code again
     */
    record Times(Duration patience, Duration pause, Duration keep) {
        /** As they are in use; the patience is configured. */
        static Times of(WechatConfig config) {
            return new Times(config.timeout(), Duration.ofMillis(200), Duration.ofSeconds(10));
        }
    }

    /**
     * What it goes by.
     *
     * @param millis since 1970
     * @param nanos a monotonic clock
     * @param environment the value of a variable, or null
     */
    record Surroundings(LongSupplier millis, LongSupplier nanos, Function<String, @Nullable String> environment) {}

    WechatLogin(AuthConfig config, Times times, Surroundings surroundings, MeterRegistry registry) {
        WechatConfig wechat = config.wechat();
        this.apps = WechatApps.of(wechat.parsedApps(), surroundings.environment());
        this.api = new WechatApi(wechat.url(), apps, times.patience(), times.pause());
        this.answers = new LoginAnswers(config, surroundings.millis());
        this.metrics = new LoginMetrics(registry);
        this.nanos = surroundings.nanos();
        this.addresses = new SharedBuckets<>(wechat.loginsPerAddress(), nanos);
        this.codes = new Codes(times.keep());
        this.complaints = new Complaints(nanos.getAsLong());
    }

    /**
     * The login that the configuration asks for.
     *
     * @throws IllegalStateException if a secret can't be had; the message is for the operator
     */
    public static WechatLogin of(AuthConfig config, MeterRegistry registry) {
        return new WechatLogin(
                config,
                Times.of(config.wechat()),
                new Surroundings(System::currentTimeMillis, System::nanoTime, System::getenv),
                registry);
    }

    @Override
    public void answer(HttpQuestion question, Consumer<HttpAnswer> then) {
        Consumer<Answered> end = answered -> {
            metrics.answered(answered.outcome());
            then.accept(answered.answer());
        };
        Optional<LoginBody> body = LoginBody.read(question.body());
        if (body.isEmpty()) {
            end.accept(answers.refusal(Outcome.BAD_REQUEST));
            return;
        }
        Optional<String> appid = apps.choose(
                body.get().appid(), MiniProgram.of(question.header("referer")).map(MiniProgram::appid));
        if (appid.isEmpty()) {
            end.accept(answers.refusal(Outcome.UNKNOWN_APP));
            return;
        }
        long wait = take(question.remote());
        if (wait > 0) {
            end.accept(answers.tooFast(wait));
        } else {
            queue(new AppCode(appid.get(), body.get().code()), end);
        }
    }

    /** Takes one from what an address may have: 0, or the milliseconds until there will be one. */
    private long take(String remote) {
        try {
            // An address in numbers, or nothing, which is loopback: nobody is asked for a name.
            InetAddress address = InetAddress.getByName(remote);
            return address.isLoopbackAddress() ? 0 : addresses.take(AddressKey.of(address));
        } catch (UnknownHostException e) {
            return 0;
        }
    }

    private void queue(AppCode login, Consumer<Answered> then) {
        try {
            if (thread.getQueue().size() < MAX_QUEUED) {
                thread.execute(() -> begin(login, then));
                return;
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("wechat.login-late");
        }
        then.accept(answers.refusal(Outcome.OVERLOADED));
    }

    private void begin(AppCode login, Consumer<Answered> then) {
        Answered known = codes.recall(login, nanos.getAsLong());
        if (known != null) {
            then.accept(known);
            return;
        }
        switch (codes.await(login, then)) {
            case FIRST -> ask(login);
            case SHARED -> LOG.debug("wechat.login-shared appid={}", login.appid());
            case NONE -> then.accept(answers.refusal(Outcome.OVERLOADED));
        }
    }

    private void ask(AppCode login) {
        try {
            api.ask(login)
                    .exceptionally(e ->
                            new CodeReply.Refused(Outcome.FAILED, e.getClass().getSimpleName()))
                    .thenAcceptAsync(reply -> end(login, reply), thread);
        } catch (RuntimeException e) {
            // Not with its message, which may hold the address.
            end(login, new CodeReply.Refused(Outcome.FAILED, e.getClass().getSimpleName()));
        }
    }

    private void end(AppCode login, CodeReply reply) {
        long now = nanos.getAsLong();
        if (reply instanceof CodeReply.Refused refused) {
            complaints.hear(login.appid(), refused, now);
        }
        codes.finish(login, answered(reply), now);
    }

    private Answered answered(CodeReply reply) {
        try {
            return reply instanceof CodeReply.Known user
                    ? answers.token(user)
                    : answers.refusal(((CodeReply.Refused) reply).outcome());
        } catch (RuntimeException e) {
            LOG.error("wechat.failed", e);
            return answers.refusal(Outcome.FAILED);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
