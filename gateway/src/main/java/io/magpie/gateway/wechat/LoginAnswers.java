package io.magpie.gateway.wechat;

import io.magpie.gateway.auth.JwtMint;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.WechatConfig;
import io.magpie.gateway.http.HttpAnswer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a client that logs in is told: a token, or a code and a sentence. Immutable; any thread. */
final class LoginAnswers {
    /** WeChat counts a user's logins by the minute. */
    private static final int QUOTA_SECONDS = 60;

    private final WechatConfig config;
    private final JwtMint mint;
    private final @Nullable Map<String, List<String>> rooms;
    private final LongSupplier millis;

    /** @param millis since 1970 */
    LoginAnswers(AuthConfig config, LongSupplier millis) {
        this.config = config.wechat();
        this.mint = JwtMint.of(config.jwt(), config.jwt().signing().orElse(null), null, null);
        List<String> allowed = config.wechat().rooms();
        this.rooms = allowed.isEmpty() ? null : Map.of("join", allowed, "send", allowed);
        this.millis = millis;
    }

    /** A token for somebody whom WeChat knows. */
    Answered token(CodeReply.Known user) {
        String subject = config.preferUnionid() && user.unionid() != null ? user.unionid() : user.openid();
        Instant now = Instant.ofEpochMilli(millis.getAsLong());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("token", mint.mint(new JwtMint.Claims(subject, null, rooms), now, config.ttl()));
        // Not all phones know what time it is.
        body.put("expires_in", config.ttl().toSeconds());
        body.put("expires", now.plus(config.ttl()).getEpochSecond());
        body.put("user", subject);
        return new Answered(Outcome.ACCEPTED, unstored(HttpAnswer.json(200, body)));
    }

    /** Too many of an address, for so many milliseconds. */
    Answered tooFast(long waitMillis) {
        long seconds = (waitMillis + TimeUnit.SECONDS.toMillis(1) - 1) / TimeUnit.SECONDS.toMillis(1);
        return later(Outcome.RATE_LIMITED, 429, "rate_limited", "too many logins of this address", seconds);
    }

    /** No token. */
    Answered refusal(Outcome outcome) {
        return switch (outcome) {
            case BAD_REQUEST -> refusal(outcome, 400, "bad_request", "send {\"code\": what wx.login gave} as JSON");
            case UNKNOWN_APP ->
                refusal(outcome, 400, "unknown_app", "this mini-program isn't known here; appid says which it is");
            case INVALID_CODE ->
                refusal(outcome, 401, "invalid_code", "WeChat doesn't know the code, or it is too old; get a new one");
            case CODE_USED -> refusal(outcome, 401, "code_used", "the code has been used; get a new one");
            case BLOCKED -> refusal(outcome, 403, "blocked", "WeChat has blocked this user's login");
            case QUOTA -> later(outcome, 429, "rate_limited", "this user logs in too often", QUOTA_SECONDS);
            case BUSY -> later(outcome, 503, "busy", "WeChat is busy; come again", soon());
            case OVERLOADED -> later(outcome, 503, "busy", "too many log in at once; come again", soon());
            case MISCONFIGURED ->
                refusal(outcome, 500, "misconfigured", "WeChat doesn't take this server's appid and secret");
            case TIMEOUT -> refusal(outcome, 504, "wechat_timeout", "WeChat didn't answer in time");
            default -> refusal(Outcome.FAILED, 502, "wechat_failed", "WeChat gave no good answer");
        };
    }

    private static Answered refusal(Outcome outcome, int status, String code, String message) {
        return new Answered(outcome, unstored(HttpAnswer.error(status, code, message)));
    }

    private static Answered later(Outcome outcome, int status, String code, String message, long seconds) {
        HttpAnswer answer = HttpAnswer.error(status, code, message).with("Retry-After", Long.toString(seconds));
        return new Answered(outcome, unstored(answer));
    }

    /** So that those who were refused together don't come back together. */
    private static long soon() {
        return ThreadLocalRandom.current().nextLong(1, 4);
    }

    private static HttpAnswer unstored(HttpAnswer answer) {
        return answer.with("Cache-Control", "no-store");
    }
}
