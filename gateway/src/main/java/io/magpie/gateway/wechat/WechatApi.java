package io.magpie.gateway.wechat;

import io.magpie.gateway.support.HttpFetch;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks WeChat whose a code is. Immutable; any thread. Nothing that it says of a failure holds the secret or the code. */
final class WechatApi {
    private static final int MAX_BYTES = 8 * 1_024;

    private final String url;
    private final WechatApps apps;
    private final Duration patience;
    private final Executor afterPause;

    /**
     * Asks at an address.
     *
     * @param url without the path
     * @param patience for one answer, from the connection to the last byte
     * @param pause before WeChat is asked again, when it was busy
     */
    WechatApi(String url, WechatApps apps, Duration patience, Duration pause) {
        this.url = (url.endsWith("/") ? url.substring(0, url.length() - 1) : url) + "/sns/jscode2session";
        this.apps = apps;
        this.patience = patience;
        this.afterPause = CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What WeChat says of a code, asked twice if it is busy. Doesn't fail. */
    CompletableFuture<CodeReply> ask(AppCode login) {
        URI address = address(login);
        return once(address)
                .thenCompose(reply -> busy(reply) ? later(address) : CompletableFuture.completedFuture(reply));
    }

    private CompletableFuture<CodeReply> later(URI address) {
        return CompletableFuture.supplyAsync(() -> once(address), afterPause).thenCompose(reply -> reply);
    }

    private static boolean busy(CodeReply reply) {
        return reply instanceof CodeReply.Refused refused && refused.outcome() == Outcome.BUSY;
    }

    private CompletableFuture<CodeReply> once(URI address) {
        return HttpFetch.ask(address, patience, MAX_BYTES)
                .handle((body, failure) -> failure == null ? CodeReply.read(body) : failed(failure));
    }

    /** Only the kind of the failure: its message may hold the address, and so the secret. */
    private static CodeReply failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? new CodeReply.Refused(Outcome.TIMEOUT, "no answer in time")
                : new CodeReply.Refused(
                        Outcome.FAILED, "no good answer: " + cause.getClass().getSimpleName());
    }

    private URI address(AppCode login) {
        return URI.create(url + "?appid=" + encoded(login.appid()) + "&secret=" + encoded(apps.secret(login.appid()))
                + "&js_code=" + encoded(login.code()) + "&grant_type=authorization_code");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
