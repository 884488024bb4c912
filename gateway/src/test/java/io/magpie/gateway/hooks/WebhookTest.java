package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.support.HttpStub;
import io.magpie.protocol.Body;
import io.magpie.protocol.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a question, whatever the backend does. */
class WebhookTest {
    private static final Ruling DOWN =
            new Ruling.Unavailable(ErrorCode.UNAVAILABLE, "the backend can't be asked now", Ruling.Unavailable.UNSET);

    /** More than anybody drips. */
    private static final int ENDED = 1_000_000_000;

    private final WebhookRig rig =
            new WebhookRig("webhook.in-flight=2", "webhook.failures=3", "webhook.retry-after=5s");

    @Test
    void aTokenIsWhatTheBackendSays() {
        List<Verdict> verdicts = rig.connect("secret token");
        assertThat(rig.last().body()).isEqualTo("{\"question\":\"connect\",\"token\":\"secret token\"}");
        assertThat(verdicts).isEmpty();

        rig.last().say("{'allow':true,'user':'u1'}");
        assertThat(verdicts)
                .singleElement()
                .isInstanceOfSatisfying(
                        Verdict.Accepted.class,
                        accepted -> assertThat(accepted.identity().join()).hasToString("open"));

        List<Verdict> others = rig.connect("another");
        rig.last().say("{'allow':false,'reason':'no'}");
        assertThat(others).containsExactly(new Verdict.Refused(Verdict.Reason.BAD, "no"));
        assertThat(rig.count("connect", "allowed")).isEqualTo(1);
        assertThat(rig.count("connect", "denied")).isEqualTo(1);
    }

    @Test
    void aTokenThatCantBeAskedAboutIsntBad() {
        List<Verdict> verdicts = rig.connect("token");
        rig.last().lose(new ConnectException("refused"));

        assertThat(verdicts)
                .containsExactly(new Verdict.Refused(Verdict.Reason.UNAVAILABLE, "the backend can't be asked now"));
        assertThat(rig.count("connect", "failed")).isEqualTo(1);
    }

    @Test
    void aTokenThatIsNoneIsntSentToAnybody() {
        assertThat(rig.connect("x".repeat(8_193))).hasSize(1);
        assertThat(rig.connect("\ud800")).hasSize(1);

        assertThat(rig.posted).isEmpty();
    }

    @Test
    void countsWhatBecomesOfQuestions() {
        List<Ruling> joins = rig.join("hall");
        rig.last().say("{'allow':false,'reason':'full'}");
        List<Ruling> sends = rig.send("rude");
        rig.last().say("{'allow':true,'data':'***'}");

        assertThat(joins).containsExactly(new Ruling.Denied("full"));
        assertThat(sends)
                .containsExactly(new Ruling.Allowed(new Body.Json("\"***\"".getBytes(StandardCharsets.UTF_8))));
        assertThat(rig.count("join", "denied")).isEqualTo(1);
        assertThat(rig.count("send", "replaced")).isEqualTo(1);
        assertThat(rig.registry.get("magpie.webhook.latency").timer().count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{}", "{'allow':'yes'}", "[true]"})
    void garbageIsNoAnswer(String garbage) {
        List<Ruling> rulings = rig.send("hello");
        rig.last().say(garbage);

        assertThat(rulings).containsExactly(DOWN);
        assertThat(rig.count("send", "unreadable")).isEqualTo(1);
    }

    @Test
    void whatCantBeUnderstoodIsNeverAYesAndNoSignOfAFailure() {
        WebhookRig open = new WebhookRig("webhook.fail-open=send");
        for (int i = 0; i < 10; i++) {
            List<Ruling> rulings = open.send("hello");
            open.last().say("{'allow':false,'reason':7}");
            assertThat(rulings).containsExactly(DOWN);
        }
        assertThat(open.posted).as("the breaker lets all through").hasSize(10);
    }

    @Test
    void thoseWhoAreInCantKeepNewcomersOut() {
        WebhookRig four = new WebhookRig("webhook.in-flight=4");
        for (int i = 0; i < 10; i++) {
            four.send("hello");
        }
        assertThat(four.posted).hasSize(3);

        four.webhook.authenticator().judge("token", verdict -> {});
        four.loop.settle();

        assertThat(four.posted).hasSize(4);
        assertThat(four.last().question()).isEqualTo(Question.CONNECT);
    }

    @Test
    void newcomersCantKeepThoseWhoAreInFromBeingHeard() {
        WebhookRig four = new WebhookRig("webhook.in-flight=4");
        for (int i = 0; i < 10; i++) {
            four.connect("token");
        }
        assertThat(four.posted)
                .as("all places, as long as nobody else wants one")
                .hasSize(4);
        List<Ruling> rulings = four.send("hello");

        four.posted.get(0).say("{'allow':false}");

        assertThat(four.last().question()).isEqualTo(Question.SEND);
        four.last().say("{'allow':true}");
        assertThat(rulings).containsExactly(new Ruling.Allowed(null));
        assertThat(four.last().question()).as("and the next newcomer").isEqualTo(Question.CONNECT);
    }

    @Test
    void whatWaitsForNoPlaceIsToldInTime() {
        WebhookRig four = new WebhookRig("webhook.in-flight=4", "webhook.timeout=2s");
        List<List<Ruling>> rulings = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rulings.add(four.send("hello"));
        }

        four.advance(Duration.ofSeconds(2));
        four.advance(Duration.ofSeconds(2));

        assertThat(rulings).allMatch(ruling -> ruling.size() == 1);
    }

    @Test
    void aBackendThatIsLateIsNotWaitedFor() {
        List<Ruling> rulings = rig.send("hello");
        rig.advance(Duration.ofMillis(1_999));
        assertThat(rulings).isEmpty();

        rig.advance(Duration.ofMillis(1));

        assertThat(rulings).containsExactly(DOWN);
        assertThat(rig.last().answer()).isCancelled();
        assertThat(rig.count("send", "timeout")).isEqualTo(1);
    }

    @Test
    void anAnswerThatComesByteByByteHasNoMoreTimeThanAnother() throws Exception {
        Semaphore allowed = new Semaphore(0);
        Semaphore sent = new Semaphore(0);
        try (HttpStub slow = new HttpStub("/chat", exchange -> drip(exchange, allowed, sent))) {
            WebhookRig real = WebhookRig.over(slow.url() + "/chat", "webhook.timeout=2s");
            List<Ruling> sends = real.send("hello");
            for (int i = 0; i < 20; i++) {
                assertThat(sends).as("after %d bytes", i).isEmpty();
                allowed.release();
                assertThat(sent.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                real.advance(Duration.ofMillis(100));
            }

            assertThat(sends).containsExactly(DOWN);
            assertThat(real.count("send", "timeout")).isEqualTo(1);
            allowed.release(Integer.MAX_VALUE / 2);
            assertThat(sent.tryAcquire(ENDED, 10, TimeUnit.SECONDS))
                    .as("the connection ends")
                    .isTrue();
        }
    }

    /** One byte whenever that is allowed, for as long as somebody hears it. */
    private static void drip(HttpExchange exchange, Semaphore allowed, Semaphore sent) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                allowed.acquire();
                out.write(' ');
                out.flush();
                sent.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sent.release(ENDED);
        }
    }

    @Test
    void aQuestionWhoseConnectionBrokeIsPostedOnceMoreWithItsId() {
        List<Ruling> rulings = rig.send("hello");
        rig.last().lose(new IOException("reset"));
        assertThat(rig.ids()).containsExactly("q1", "q1");
        assertThat(rig.posted.get(1).body()).isEqualTo(rig.posted.get(0).body());

        rig.last().say("{'allow':true}");
        assertThat(rulings).containsExactly(new Ruling.Allowed(null));

        List<Ruling> others = rig.send("again");
        rig.last().lose(new IOException("reset"));
        rig.last().lose(new IOException("reset"));
        assertThat(rig.ids()).containsExactly("q1", "q1", "q2", "q2");
        assertThat(others).containsExactly(DOWN);
    }

    @Test
    void aSecondPostHasNoMoreTimeThanTheFirst() {
        List<Ruling> rulings = rig.send("hello");
        rig.advance(Duration.ofMillis(1_900));
        rig.last().lose(new IOException("reset"));
        assertThat(rig.posted).hasSize(2);

        rig.advance(Duration.ofMillis(100));

        assertThat(rulings).containsExactly(DOWN);
    }

    @Test
    void anAnswerThatDoesntCountIsntAskedForAgain() {
        rig.send("hello");
        rig.last().lose(new BadAnswerException("status 500"));

        assertThat(rig.posted).hasSize(1);
    }

    @Test
    void noMoreThanSoManyAreUnderWay() {
        for (int i = 0; i < 5; i++) {
            rig.send("hello " + i);
        }
        assertThat(rig.ids()).containsExactly("q1", "q2");

        rig.posted.get(1).say("{'allow':true}");
        assertThat(rig.ids()).containsExactly("q1", "q2", "q3");

        rig.posted.get(0).say("{'allow':true}");
        rig.posted.get(2).say("{'allow':true}");
        assertThat(rig.ids()).containsExactly("q1", "q2", "q3", "q4", "q5");
    }

    @Test
    void aPlaceThatIsFreeGoesToWhoHasWaitedLongest() {
        rig.send("a");
        rig.send("b");
        List<Ruling> rulings = rig.send("c");
        rig.advance(Duration.ofSeconds(1));
        rig.posted.get(0).say("{'allow':true}");
        assertThat(rig.posted).hasSize(3);
        List<Ruling> late = rig.send("d");

        // b ends, and d comes in its place; c is still under way.
        rig.advance(Duration.ofSeconds(1));
        assertThat(rig.posted).hasSize(4);
        assertThat(rulings).isEmpty();
        List<Ruling> waiting = rig.send("e");
        rig.advance(Duration.ofMillis(999));
        assertThat(waiting).isEmpty();

        rig.advance(Duration.ofMillis(1));
        assertThat(rulings).containsExactly(DOWN);
        assertThat(late).isEmpty();
        assertThat(rig.posted).hasSize(5);
    }

    @Test
    void aQuestionThatWaitedBeyondTheTimeOutIsBusy() {
        WebhookRig one = new WebhookRig("webhook.in-flight=1", "webhook.timeout=2s");
        one.send("a");
        one.advance(Duration.ofSeconds(1));
        one.send("b");
        List<Ruling> rulings = one.send("c");

        one.advance(Duration.ofSeconds(1));
        one.advance(Duration.ofSeconds(2));

        assertThat(rulings).singleElement().isInstanceOfSatisfying(Ruling.Unavailable.class, busy -> {
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(busy.after()).isBetween(1_000L, 1_500L);
        });
        assertThat(one.ids()).containsExactly("q1", "q2");
        assertThat(one.count("send", "busy")).isEqualTo(1);
    }

    @Test
    void theQueueHasAnEnd() {
        for (int i = 0; i < 2 + Backend.MAX_WAITING; i++) {
            assertThat(rig.send("hello")).isEmpty();
        }

        assertThat(rig.send("one more"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Ruling.Unavailable.class,
                        none -> assertThat(none.code()).isEqualTo(ErrorCode.BUSY));
    }

    @Test
    void aBackendThatFailsAgainAndAgainIsLeftAloneForAWhile() {
        for (int i = 0; i < 3; i++) {
            rig.send("hello");
            rig.last().lose(new ConnectException("refused"));
        }

        assertThat(after(rig.send("hello"))).isBetween(5_000L, 7_500L);
        assertThat(rig.posted).hasSize(3);
        assertThat(rig.count("send", "suspended")).isEqualTo(1);

        rig.advance(Duration.ofSeconds(5));
        List<Ruling> probe = rig.send("hello");
        assertThat(after(rig.send("hello"))).as("while one tries").isBetween(2_000L, 3_000L);
        assertThat(rig.posted).hasSize(4);
        rig.last().say("{'allow':true}");
        assertThat(probe).containsExactly(new Ruling.Allowed(null));
        rig.send("hello");
        assertThat(rig.posted).hasSize(5);
    }

    private static long after(List<Ruling> rulings) {
        assertThat(rulings).singleElement().isInstanceOf(Ruling.Unavailable.class);
        return ((Ruling.Unavailable) rulings.get(0)).after();
    }

    @Test
    void whoWaitsWhenTheBackendIsLeftAloneIsToldAtOnce() {
        List<List<Ruling>> rulings = List.of(rig.send("a"), rig.send("b"), rig.send("c"), rig.send("d"), rig.send("e"));
        rig.posted.get(0).lose(new ConnectException("refused"));
        rig.posted.get(1).lose(new ConnectException("refused"));
        rig.posted.get(2).lose(new ConnectException("refused"));

        assertThat(rulings.get(4)).singleElement().isInstanceOf(Ruling.Unavailable.class);
        assertThat(rig.posted).hasSize(4);
    }

    @Test
    void whatTheOperatorHasListedIsAllowedWithoutAnAnswer() {
        WebhookRig open = new WebhookRig("webhook.fail-open=send");
        List<Ruling> sends = open.send("hello");
        open.last().lose(new ConnectException("refused"));
        List<Ruling> joins = open.join("hall");
        open.last().lose(new ConnectException("refused"));
        List<Ruling> denied = open.send("rude");
        open.last().say("{'allow':false}");

        assertThat(sends).containsExactly(new Ruling.Allowed(null));
        assertThat(joins).containsExactly(DOWN);
        assertThat(denied).containsExactly(new Ruling.Denied(""));
        assertThat(open.count("send", "failed")).isEqualTo(1);
    }

    @Test
    void asksOnlyWhatIsListed() {
        WebhookRig joins = new WebhookRig("webhook.questions=join");

        assertThat(joins.webhook.hooks().join()).isNotNull();
        assertThat(joins.webhook.hooks().send()).isNull();
    }

    @Test
    void aConsumerThatFailsDoesNoHarmToOthers() {
        rig.webhook.authenticator().judge("token", verdict -> {
            throw new IllegalStateException("planted");
        });
        rig.loop.settle();
        List<Ruling> rulings = rig.send("hello");

        rig.posted.get(0).say("{'allow':false}");
        rig.posted.get(1).say("{'allow':true}");

        assertThat(rulings).containsExactly(new Ruling.Allowed(null));
    }

    @Test
    void whoWaitsAtTheEndIsTold() {
        List<List<Ruling>> rulings = List.of(rig.send("a"), rig.send("b"), rig.send("c"));

        rig.backend.close();
        rig.loop.settle();

        assertThat(rulings).allSatisfy(each -> assertThat(each).containsExactly(DOWN));
        assertThat(rig.posted)
                .isNotEmpty()
                .allSatisfy(posted -> assertThat(posted.answer()).isCancelled());
    }
}
