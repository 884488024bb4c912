package io.magpie.gateway.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Questions to the business backend.
 *
 * @param url where they are posted, https, or http of this machine; empty: nobody is asked
 * @param allowHttp whether it may be http of another machine: who can change an answer on its way can let anybody in
 * @param secret signs questions, at least 16 characters
 * @param timeout from posting a question to the last byte of its answer
 * @param inFlight questions at a time; more wait
 * @param failures in a row, after which the backend isn't asked for a while
 * @param retryAfter how long that is; then one question tries
 * @param questions that are asked: connect (it is, with {@code auth.kind} webhook, listed or not), join, send
 * @param failOpen those of join and send whose answer is yes when the backend can't be asked
 */
public record WebhookConfig(
        String url,
        boolean allowHttp,
        String secret,
        Duration timeout,
        int inFlight,
        int failures,
        Duration retryAfter,
        List<String> questions,
        List<String> failOpen) {
    /** The question who a client is. */
    public static final String CONNECT = "connect";

    /** The question whether it may be in a room. */
    public static final String JOIN = "join";

    /** The question whether it may say something. */
    public static final String SEND = "send";

    static final WebhookConfig DEFAULTS = new WebhookConfig(
            "", false, "", Duration.ofSeconds(2), 64, 20, Duration.ofSeconds(5), List.of(), List.of());

    private static final int MIN_SECRET = 16;

    public WebhookConfig {
        questions = List.copyOf(questions);
        failOpen = List.copyOf(failOpen);
        boolean web = isWeb(url);
        new Constraints()
                .check(url.isEmpty() || web, "url", "must be an https URL")
                .check(
                        !web || allowHttp || AuthConfig.Jwt.isSafe(url),
                        "url",
                        "must be https (http only of this machine, or with allow-http)")
                .check(
                        secret.isEmpty() ? url.isEmpty() : secret.length() >= MIN_SECRET,
                        "secret",
                        "must have at least " + MIN_SECRET + " characters")
                .range("timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(30))
                .range("in-flight", inFlight, 1, 10_000)
                .range("failures", failures, 1, 1_000_000)
                .range("retry-after", retryAfter, Duration.ofMillis(100), Duration.ofMinutes(10))
                .check(
                        Set.of(CONNECT, JOIN, SEND).containsAll(questions),
                        "questions",
                        "must be some of connect, join, send")
                .check(questions.isEmpty() || !url.isEmpty(), "questions", "can't be asked without url")
                .check(
                        Set.of(JOIN, SEND).containsAll(failOpen),
                        "fail-open",
                        "must be some of join, send: without an answer nobody knows who a client is")
                .verify();
    }

    /** Whether a question is listed. */
    public boolean asks(String question) {
        return questions.contains(question);
    }

    /** Whether the answer to a question is yes when the backend can't be asked. */
    public boolean opens(String question) {
        return failOpen.contains(question);
    }

    private static boolean isWeb(String url) {
        try {
            URI uri = URI.create(url);
            String scheme = uri.getScheme();
            return ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Without the secret, and without the URL, which may hold one. */
    @Override
    public String toString() {
        return "Webhook[timeout=" + timeout + ", inFlight=" + inFlight + ", failures=" + failures + ", retryAfter="
                + retryAfter + ", questions=" + questions + ", failOpen=" + failOpen + "]";
    }
}
