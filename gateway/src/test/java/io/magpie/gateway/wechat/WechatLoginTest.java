package io.magpie.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.JwtKeys;
import io.magpie.gateway.auth.JwtVerifier;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.magpie.gateway.support.HttpStub;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.RoomId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Logins against a WeChat that says what it really says, on a clock that only the test moves. */
class WechatLoginTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final String OPENID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";
    private static final WechatLogin.Times PATIENT =
            new WechatLogin.Times(Duration.ofSeconds(20), Duration.ofMillis(1), Duration.ofSeconds(10));

    private final WechatStub wechat = new WechatStub().app("wx1", "secret-one").app("wx2", "secret-two");
    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<WechatLogin> logins = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Complaints.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logins.forEach(WechatLogin::close);
        wechat.close();
    }

    @Test
    void aCodeBecomesATokenThatTheVerifierTakes() {
        wechat.user("c1", OPENID);
        AuthConfig config = config("auth.rooms=hall");

        HttpAnswer answer = ask(login(config), "{\"code\":\"c1\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(text(answer)).doesNotContain(WechatStub.SESSION_KEY, "session_key", "secret-one");
        JsonNode body = json(answer);
        assertThat(body.path("user").asText()).isEqualTo(OPENID);
        assertThat(body.path("expires").asLong()).isEqualTo(NOW / 1_000 + 7_200);
        assertThat(body.path("expires_in").asLong()).isEqualTo(7_200);
        Identity identity = identity(config, body.path("token").asText());
        assertThat(identity.sender().id().value()).isEqualTo(OPENID);
        assertThat(identity.expiresMillis())
                .isEqualTo(NOW + Duration.ofHours(2).plusSeconds(60).toMillis());
        assertThat(identity.join().match(new RoomId("hall"))).isTrue();
        assertThat(identity.join().match(new RoomId("other")))
                .as("what auth.rooms says")
                .isFalse();
        assertThat(count("accepted")).isEqualTo(1);
    }

    @Test
    void aTokenSaysRoomsIfItIsConfiguredSo() {
        wechat.user("c1", OPENID);
        AuthConfig config = config("auth.wechat.rooms=chat:*,lobby", "auth.wechat.ttl=10m");

        Identity identity = identity(
                config,
                json(ask(login(config), "{\"code\":\"c1\"}")).path("token").asText());

        assertThat(identity.join().match(new RoomId("chat:1"))).isTrue();
        assertThat(identity.send().match(new RoomId("lobby"))).isTrue();
        assertThat(identity.send().match(new RoomId("hall"))).isFalse();
        assertThat(identity.moderate().match(new RoomId("lobby"))).isFalse();
        assertThat(identity.expiresMillis()).isEqualTo(NOW + 660_000);
    }

    @Test
    void aUserIsKnownByTheUnionidOnlyIfThatIsWantedAndThereIsOne() {
        wechat.user("c1", OPENID, "union-1").user("c2", OPENID, "union-1").user("c3", OPENID);
        WechatLogin usual = login(config());
        WechatLogin united = login(config("auth.wechat.prefer-unionid=true"));

        assertThat(json(ask(usual, "{\"code\":\"c1\"}")).path("user").asText()).isEqualTo(OPENID);
        assertThat(json(ask(united, "{\"code\":\"c2\"}")).path("user").asText()).isEqualTo("union-1");
        assertThat(json(ask(united, "{\"code\":\"c3\"}")).path("user").asText()).isEqualTo(OPENID);
    }

    @ParameterizedTest
    @CsvSource({
        "40029, 401, invalid_code, invalid_code, ",
        "40163, 401, code_used, code_used, ",
        "40226, 403, blocked, blocked, ",
        "45011, 429, rate_limited, quota, 60",
        "40013, 500, misconfigured, misconfigured, ",
        "40125, 500, misconfigured, misconfigured, ",
        "41002, 500, misconfigured, misconfigured, ",
        "41004, 500, misconfigured, misconfigured, ",
        "99999, 502, wechat_failed, failed, "
    })
    void eachFaultOfWechatHasItsOwnAnswer(int code, int status, String error, String outcome, String retryAfter) {
        wechat.plan(WechatStub.error(code, "planned,"));

        HttpAnswer answer = ask(login(config()), "{\"code\":\"c1\"}");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("error").asText()).isEqualTo(error);
        assertThat(answer.headers().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(count(outcome)).isEqualTo(1);
        assertThat(wechat.calls()).isEqualTo(1);
    }

    @Test
    void aWechatThatIsBusyIsAskedOnceMore() {
        wechat.user("c1", OPENID);
        wechat.plan(WechatStub.error(-1, "system error,"));

        assertThat(ask(login(config()), "{\"code\":\"c1\"}").status()).isEqualTo(200);
        assertThat(wechat.calls()).isEqualTo(2);
    }

    @Test
    void aWechatThatStaysBusyIsLeftAlone() {
        wechat.plan(WechatStub.error(-1, "system error,"), WechatStub.error(-1, "system error,"));

        HttpAnswer answer = ask(login(config()), "{\"code\":\"c1\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(json(answer).path("error").asText()).isEqualTo("busy");
        assertThat(Integer.parseInt(answer.headers().get("Retry-After"))).isBetween(1, 3);
        assertThat(wechat.calls()).isEqualTo(2);
    }

    @Test
    void manyWhoAskWithOneCodeShareOneCall() {
        wechat.user("c1", OPENID);
        wechat.hold();
        WechatLogin login = login(config());
        List<CompletableFuture<HttpAnswer>> answers = Stream.generate(() -> begin(login, "{\"code\":\"c1\"}"))
                .limit(10)
                .toList();
        wechat.release();

        List<String> bodies = answers.stream()
                .map(WechatLoginTest::wait)
                .map(WechatLoginTest::text)
                .distinct()
                .toList();

        assertThat(bodies).hasSize(1);
        assertThat(bodies.get(0)).contains("\"token\"");
        assertThat(wechat.calls()).isEqualTo(1);
    }

    @Test
    void aCodeIsSharedNeitherWithOthersNorBetweenMiniPrograms() {
        wechat.user("c1", OPENID);
        WechatLogin login = login(config("auth.wechat.apps=wx1=secret-one,wx2=secret-two"));

        assertThat(ask(login, "{\"code\":\"c1\",\"appid\":\"wx1\"}").status()).isEqualTo(200);
        assertThat(json(ask(login, "{\"code\":\"c1\",\"appid\":\"wx2\"}"))
                        .path("error")
                        .asText())
                .isEqualTo("code_used");
        assertThat(json(ask(login, "{\"code\":\"c2\",\"appid\":\"wx1\"}"))
                        .path("error")
                        .asText())
                .isEqualTo("invalid_code");
    }

    @Test
    void whoseAnswerWasLostGetsItAgainButNotForLong() {
        wechat.user("c1", OPENID);
        WechatLogin login = login(config());
        HttpAnswer first = ask(login, "{\"code\":\"c1\"}");

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(9));
        assertThat(text(ask(login, "{\"code\":\"c1\"}"))).isEqualTo(text(first));
        assertThat(wechat.calls()).isEqualTo(1);

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(json(ask(login, "{\"code\":\"c1\"}")).path("error").asText()).isEqualTo("code_used");
    }

    @Test
    void aFailureThatMayPassIsNotRemembered() {
        wechat.user("c1", OPENID);
        wechat.plan(WechatStub.text(500, "no"));
        WechatLogin login = login(config());

        assertThat(ask(login, "{\"code\":\"c1\"}").status()).isEqualTo(502);
        assertThat(ask(login, "{\"code\":\"c1\"}").status()).isEqualTo(200);
    }

    @Test
    void aWechatThatIsSilentOrSlowIsNotWaitedFor() {
        wechat.plan(wechat.silence(), wechat.drip());
        WechatLogin login = login(
                config(), new WechatLogin.Times(Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofSeconds(10)));

        for (int i = 1; i <= 2; i++) {
            HttpAnswer answer = ask(login, "{\"code\":\"c1\"}");

            assertThat(answer.status()).isEqualTo(504);
            assertThat(json(answer).path("error").asText()).isEqualTo("wechat_timeout");
            assertThat(count("timeout")).isEqualTo(i);
        }
    }

    @Test
    void whateverElseComesIsNoAnswer() {
        WechatLogin login = login(config());
        List<HttpStub.Answer> replies = List.of(
                WechatStub.text(200, ""),
                WechatStub.text(200, "{\"openid\":"),
                WechatStub.text(200, "[]"),
                WechatStub.text(200, "null"),
                WechatStub.text(200, "{}"),
                WechatStub.text(200, "{\"openid\":\"\"}"),
                WechatStub.text(200, "{\"openid\":\"with space\"}"),
                WechatStub.text(200, "{\"openid\":\"" + "o".repeat(65) + "\"}"),
                WechatStub.text(200, "{\"openid\":17,\"errcode\":\"0\"}"),
                WechatStub.text(200, "{\"openid\":\"" + OPENID + "\",\"x\":\"" + " ".repeat(9_000) + "\"}"),
                WechatStub.text(500, "{\"openid\":\"" + OPENID + "\"}"),
                WechatStub.redirect());
        for (int i = 0; i < replies.size(); i++) {
            wechat.plan(replies.get(i));

            assertThat(ask(login, "{\"code\":\"c" + i + "\"}").status())
                    .as("reply %d", i)
                    .isEqualTo(502);
        }
        assertThat(count("failed")).isEqualTo(replies.size());
    }

    @Test
    void aWechatThatHangsUpIsNoAnswer() {
        // The client may try again on another connection, as it may for any GET.
        wechat.plan(Stream.generate(WechatStub::hangUp).limit(10).toArray(HttpStub.Answer[]::new));

        assertThat(ask(login(config()), "{\"code\":\"c1\"}").status()).isEqualTo(502);
    }

    @Test
    void aWechatThatIsNotThereIsNoAnswer() {
        wechat.close();

        assertThat(ask(login(config()), "{\"code\":\"c1\"}").status()).isEqualTo(502);
    }

    @Test
    void noMoreThanSixtyFourCodesAreUnderWay() {
        wechat.hold();
        WechatLogin login = login(config());
        List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            wechat.user("c" + i, "openid-" + i);
            answers.add(begin(login, "{\"code\":\"c" + i + "\"}"));
        }

        HttpAnswer oneMore = ask(login, "{\"code\":\"c64\"}");
        wechat.release();

        assertThat(oneMore.status()).isEqualTo(503);
        assertThat(Integer.parseInt(oneMore.headers().get("Retry-After"))).isBetween(1, 3);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(wait(answer).status()).isEqualTo(200));
        assertThat(count("overloaded")).isEqualTo(1);
        assertThat(ask(login, "{\"code\":\"c65\"}").status())
                .as("and there is room again")
                .isEqualTo(401);
    }

    @Test
    void aThousandAtOnceAreAllAnsweredAndEachCodeCostsOneCall() {
        wechat.hold();
        WechatLogin login = login(config());
        List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int code = i % 100;
            wechat.user("c" + code, "openid-" + code);
            answers.add(begin(login, "{\"code\":\"c" + code + "\"}"));
        }
        assertThat(wait(answers.get(999)).status()).as("by then all are known").isEqualTo(503);
        wechat.release();

        List<HttpAnswer> given = answers.stream().map(WechatLoginTest::wait).toList();
        for (int i = 0; i < 1_000; i++) {
            boolean asked = i % 100 < 64;
            assertThat(given.get(i).status()).as("login %d", i).isEqualTo(asked ? 200 : 503);
            assertThat(text(given.get(i)).contains("\"openid-" + i % 100 + "\""))
                    .isEqualTo(asked);
        }
        assertThat(wechat.calls()).isEqualTo(64);
        assertThat(wechat.mostUnderWay()).isLessThanOrEqualTo(64);
        assertThat(count("accepted")).isEqualTo(640);
        assertThat(count("overloaded")).isEqualTo(360);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "code=c1",
                "{\"code\":\"c1\"",
                "{\"code\":\"c1\"} x",
                "[]",
                "\"c1\"",
                "{}",
                "{\"code\":\"\"}",
                "{\"code\":17}",
                "{\"code\":null}",
                "{\"code\":\"a b\"}",
                "{\"code\":\"é\"}",
                "{\"code\":\"c1\",\"appid\":17}"
            })
    void aBodyThatIsNotRightIsRefusedWithoutACall(String body) {
        HttpAnswer answer = ask(login(config()), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).path("error").asText()).isEqualTo("bad_request");
        assertThat(wechat.calls()).isZero();
        assertThat(count("bad_request")).isEqualTo(1);
    }

    @Test
    void aCodeOfAnyLengthThatFitsIntoAUrlIsAskedFor() {
        WechatLogin login = login(config());

        assertThat(ask(login, "{\"code\":\"" + "c".repeat(256) + "\"}").status())
                .isEqualTo(401);
        assertThat(ask(login, "{\"code\":\"" + "c".repeat(257) + "\"}").status())
                .isEqualTo(400);
        assertThat(ask(login, "{\"code\":\"&secret=x#%\"}").status())
                .as("encoded, not injected")
                .isEqualTo(401);
    }

    @Test
    void theMiniProgramIsTheOneThatIsSaidOrHintedAt() {
        wechat.user("c1", OPENID).user("c2", OPENID).user("c3", OPENID);
        WechatLogin two = login(config("auth.wechat.apps=wx1=secret-one,wx2=secret-two"));

        assertThat(ask(two, "{\"code\":\"c1\",\"appid\":\"wx2\"}").status()).isEqualTo(200);
        assertThat(ask(two, "{\"code\":\"c2\"}", "https://servicewechat.com/wx2/17/page-frame.html")
                        .status())
                .isEqualTo(200);
        assertThat(ask(two, "{\"code\":\"c3\",\"appid\":null}").status()).isEqualTo(400);
        assertThat(ask(two, "{\"code\":\"c3\"}", "https://servicewechat.com/wx3/17/page-frame.html")
                        .status())
                .isEqualTo(400);
        assertThat(ask(two, "{\"code\":\"c3\"}", "https://servicewechat.com.evil/wx1/17/page-frame.html")
                        .status())
                .isEqualTo(400);
        HttpAnswer unknown =
                ask(two, "{\"code\":\"c3\",\"appid\":\"wx3\"}", "https://servicewechat.com/wx1/17/page-frame.html");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(json(unknown).path("error").asText()).isEqualTo("unknown_app");
        assertThat(ask(login(config()), "{\"code\":\"c3\",\"appid\":\"wx2\"}").status())
                .isEqualTo(400);
        assertThat(wechat.calls()).isEqualTo(2);
    }

    @Test
    void anAddressMayLogInSoOftenAndThenLater() {
        WechatLogin login = login(config("auth.wechat.logins-per-address=2"));
        for (int i = 0; i < 4; i++) {
            assertThat(from(login, "203.0.113.7", i).status()).isEqualTo(401);
        }

        HttpAnswer refused = from(login, "203.0.113.7", 5);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(json(refused).path("error").asText()).isEqualTo("rate_limited");
        assertThat(refused.headers()).containsEntry("Retry-After", "1");
        assertThat(count("rate_limited")).isEqualTo(1);
        assertThat(from(login, "203.0.113.8", 6).status()).isEqualTo(401);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(from(login, "203.0.113.7", 7).status()).isEqualTo(401);
    }

    @Test
    void aNetworkOfSixtyFourBitsIsOneAddressAndLoopbackIsExempt() {
        WechatLogin login = login(config("auth.wechat.logins-per-address=1"));
        assertThat(from(login, "2001:db8:0:0:0:0:0:1", 1).status()).isEqualTo(401);
        assertThat(from(login, "2001:db8:0:0:0:0:0:2", 2).status()).isEqualTo(401);
        assertThat(from(login, "2001:db8:0:0:ffff:0:0:3", 3).status()).isEqualTo(429);
        for (int i = 4; i < 10; i++) {
            assertThat(from(login, "127.0.0.1", i).status()).isEqualTo(401);
        }
    }

    @Test
    void aWrongSecretIsToldToTheOperatorOnceAMinuteAndNotShown() {
        WechatLogin login = login(config("auth.wechat.apps=wx1=planted-secret"));
        for (int i = 0; i < 5; i++) {
            assertThat(ask(login, "{\"code\":\"planted-code-" + i + "\"}").status())
                    .isEqualTo(500);
        }
        assertThat(errors()).hasSize(1);
        assertThat(errors().get(0))
                .contains("wechat.misconfigured", "appid=wx1", "errcode=40125", "rid=6567f0a1-5c1f2a3b-0d4e5f60")
                .doesNotContain("planted");

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(ask(login, "{\"code\":\"planted-code-6\"}").status()).isEqualTo(500);
        assertThat(errors()).hasSize(2);
    }

    @Test
    void whoComesWhenItHasEndedIsToldToComeAgain() {
        WechatLogin login = login(config());
        login.close();

        assertThat(ask(login, "{\"code\":\"c1\"}").status()).isEqualTo(503);
    }

    private List<String> errors() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private double count(String outcome) {
        return registry.get("magpie.wechat.logins")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private AuthConfig config(String... settings) {
        Stream<String> usual = Stream.of(
                "auth.kind=wechat",
                "auth.jwt.secret=0123456789abcdef0123456789abcdef",
                "auth.wechat.apps=wx1=secret-one",
                "auth.wechat.url=" + wechat.url());
        return TestConfig.with(Stream.concat(usual, Stream.of(settings)).toArray(String[]::new))
                .auth();
    }

    private WechatLogin login(AuthConfig config) {
        return login(config, PATIENT);
    }

    private WechatLogin login(AuthConfig config, WechatLogin.Times times) {
        WechatLogin login = new WechatLogin(
                config, times, new WechatLogin.Surroundings(() -> NOW, nanos::get, name -> null), registry);
        logins.add(login);
        return login;
    }

    private static Identity identity(AuthConfig config, String token) {
        Verdict verdict = new JwtVerifier(config, JwtKeys.of(config.jwt()), () -> NOW).verify(token);
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).identity();
    }

    private static HttpAnswer ask(WechatLogin login, String body) {
        return wait(begin(login, body));
    }

    private static HttpAnswer ask(WechatLogin login, String body, String referer) {
        return wait(begin(login, body, Map.of("referer", referer), ""));
    }

    private static HttpAnswer from(WechatLogin login, String address, int code) {
        return wait(begin(login, "{\"code\":\"none-" + code + "\"}", Map.of(), address));
    }

    private static CompletableFuture<HttpAnswer> begin(WechatLogin login, String body) {
        return begin(login, body, Map.of(), "");
    }

    private static CompletableFuture<HttpAnswer> begin(
            WechatLogin login, String body, Map<String, String> headers, String remote) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        login.answer(
                new HttpQuestion("POST", "/login/wechat", headers, Map.of(), bytes, remote),
                given -> assertThat(answer.complete(given)).as("answered once").isTrue());
        return answer;
    }

    private static HttpAnswer wait(CompletableFuture<HttpAnswer> answer) {
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpAnswer answer) {
        try {
            return new JsonMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
