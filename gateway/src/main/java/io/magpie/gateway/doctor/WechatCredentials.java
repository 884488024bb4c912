package io.magpie.gateway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.support.BoundedBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether the platform takes an app's id and secret: asks for a token by {@code POST /cgi-bin/stable_token} (WeChat, "get
 * stable access token"). Not forced, so whoever uses the app's token keeps it. Neither secret nor token is ever in a finding.
 *
 * @param base of the platform's addresses, {@code https://api.weixin.qq.com}
 * @param patience for the answer
 */
record WechatCredentials(URI base, Duration patience) {
    static final String WHAT = "WeChat app";
    private static final Duration USUAL = Duration.ofSeconds(4);
    private static final int OK = 200;
    private static final int MAX_BYTES = 64 * 1_024;

    WechatCredentials(URI base) {
        this(base, USUAL);
    }

    /** Asks. Blocks for at most the patience. */
    Finding ask(String appid, String secret) throws InterruptedException {
        URI uri = URI.create(base.toString().replaceFirst("/+$", "") + "/cgi-bin/stable_token");
        try {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(patience)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body(appid, secret)))
                    .build();
            HttpResponse<byte[]> answer = HttpClient.newBuilder()
                    .connectTimeout(patience)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build()
                    .send(request, head -> new BoundedBody(MAX_BYTES));
            return judge(appid, secret, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        } catch (HttpTimeoutException e) {
            return Finding.fail(
                    WHAT,
                    appid + ": " + base.getHost() + " didn't answer within " + patience.toMillis() + " ms",
                    "Let this machine reach it on port " + port() + "; a firewall that drops packets looks like this.");
        } catch (ConnectException e) {
            return Finding.fail(
                    WHAT,
                    appid + ": " + base.getHost() + " can't be reached",
                    "Look at its name (DNS) and at the way out on port " + port() + ".");
        } catch (IOException e) {
            return Finding.fail(
                    WHAT,
                    appid + ": " + base.getHost() + ": " + hide(String.valueOf(e), secret),
                    "Look at the way out.");
        }
    }

    private String port() {
        return Integer.toString(base.getPort() < 0 ? 443 : base.getPort());
    }

    private static byte[] body(String appid, String secret) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("grant_type", "client_credential");
        body.put("appid", appid);
        body.put("secret", secret);
        body.put("force_refresh", false);
        return new JsonMapper().writeValueAsBytes(body);
    }

    /** Judges an answer; the platform's own have the status 200 whatever they say. */
    static Finding judge(String appid, String secret, int status, String body) {
        JsonNode answer;
        try {
            answer = new JsonMapper().readTree(body);
        } catch (IOException e) {
            answer = null;
        }
        if (status != OK || answer == null || !answer.isObject()) {
            return Finding.fail(
                    WHAT,
                    appid + ": an answer with status " + status + " that isn't WeChat's",
                    "Something between answers: look at proxies on the way out.");
        }
        int code = answer.path("errcode").asInt(0);
        if (code == 0 && !answer.path("access_token").asText("").isEmpty()) {
            return Finding.ok(
                    WHAT,
                    appid + ": taken; a token is good for "
                            + answer.path("expires_in").asInt(0) + " s");
        }
        String message = answer.path("errmsg").asText("no message");
        String found = appid + ": refused with " + code + ", " + hide(message, secret);
        return passing(code) ? Finding.warn(WHAT, found, advice(code)) : Finding.fail(WHAT, found, advice(code));
    }

    /** Whether it says nothing of the credentials. */
    private static boolean passing(int code) {
        return code == -1 || code == 45009 || code == 45011;
    }

    private static String advice(int code) {
        return switch (code) {
            case -1 -> "The platform is busy: try again in a while.";
            case 40001, 40125 ->
                "The secret is wrong, or was reset since: copy it anew from the platform (development settings).";
            case 40013, 41002 ->
                "The appid is wrong: it begins with wx and has 18 characters; look for a blank at its end.";
            case 41004 -> "The secret is empty.";
            case 40164 ->
                "This machine's address isn't in the app's list: add the address of the message (development settings, IP"
                        + " list), and that of every other gateway.";
            case 40243 -> "The secret is frozen: free it on the platform (development settings).";
            case 45009, 45011 -> "Asked too often: try again in a minute, and see who else asks with this app.";
            default -> "See the platform's list of return codes.";
        };
    }

    private static String hide(String text, String secret) {
        return secret.isEmpty() ? text : text.replace(secret, "(secret)");
    }
}
