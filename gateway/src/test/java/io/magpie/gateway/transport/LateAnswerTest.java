package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The public port where an answer takes its time: a login. */
class LateAnswerTest {
    private static final String LOGIN = "/login/wechat";

    private final List<HttpQuestion> questions = new ArrayList<>();
    private final List<Consumer<HttpAnswer>> askers = new ArrayList<>();

    @Test
    void aLoginGetsTheBodyAndItsAnswerWhenThereIsOne() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("{\"code\":\"1\"}"));
            assertThat(pipeline.frames()).as("not before it is answered").isEmpty();

            answer("one");

            assertThat(pipeline.reply().text()).contains("one");
            assertThat(new String(questions.get(0).body(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"code\":\"1\"}");
            assertThat(pipeline.isOpen()).isTrue();
        }
    }

    @Test
    void aLoginWhoseBodyComesTooSlowlyIsClosed() {
        try (ProductionPipeline pipeline = open("http.request-timeout=5s")) {
            pipeline.receive(RawRequest.post(LOGIN, 100).bytes());
            for (int second = 0; second < 5; second++) {
                assertThat(pipeline.isOpen()).isTrue();
                pipeline.receive(new byte[] {'{'});
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).isEmpty();
            assertThat(questions).isEmpty();
        }
    }

    @Test
    void aRefererReachesTheLogin() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(RawRequest.post(LOGIN, 0)
                    .with("Referer: https://x.example/")
                    .bytes());

            assertThat(questions.get(0).header("referer")).isEqualTo("https://x.example/");
        }
    }

    @Test
    void whatIsAskedMeanwhileIsAnsweredInItsOrder() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(ClientFrame.join(
                    login("1"),
                    RawRequest.get("/health").bytes(),
                    login("2"),
                    RawRequest.get("/nowhere").bytes()));
            assertThat(questions).as("one at a time").hasSize(1);

            answer("one");
            assertThat(pipeline.reply().text()).contains("one");
            assertThat(pipeline.reply().text()).contains("up");
            assertThat(questions).hasSize(2);
            answer("two");
            assertThat(pipeline.reply().text()).contains("two");
            assertThat(pipeline.reply().status()).isEqualTo(404);
        }
    }

    @Test
    void nothingIsHeardBehindAnAnswerThatEndsTheConnection() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(ClientFrame.join(
                    RawRequest.post(LOGIN, 1).with("Connection: close").bytes(),
                    new byte[] {'1'},
                    login("2"),
                    RawRequest.get("/health").bytes()));

            answer("one");

            assertThat(pipeline.reply().text()).contains("one");
            assertThat(pipeline.frames()).isEmpty();
            assertThat(questions).hasSize(1);
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void nobodyIsToldToGoOnWhileAnAnswerIsOwed() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("1"));
            pipeline.receive(
                    RawRequest.post(LOGIN, 1).with("Expect: 100-continue").bytes());
            answer("one");
            assertThat(pipeline.reply().status()).isEqualTo(200);

            pipeline.receive(new byte[] {'2'});
            answer("two");
            assertThat(pipeline.reply().text()).contains("two");
        }
    }

    @Test
    void whoAsksTooMuchBeforeAnAnswerIsClosed() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("1"));
            for (int i = 0; i < 16; i++) {
                pipeline.receive(RawRequest.get("/health").bytes());
            }
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.receive(RawRequest.get("/health").bytes());
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void whoWantsToUpgradeBeforeAnAnswerIsRefusedAfterIt() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("1"));
            pipeline.receive(RawRequest.upgrade("/ws").bytes());
            answer("one");

            assertThat(pipeline.reply().status()).isEqualTo(200);
            assertThat(pipeline.reply().status()).isEqualTo(400);
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.sessions).isEmpty();
        }
    }

    @Test
    void whoWaitsForTheAnswersUpgradesTheSameConnection() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(
                    ClientFrame.join(login("1"), RawRequest.get("/health").bytes()));
            answer("one");
            assertThat(pipeline.reply().status()).isEqualTo(200);
            assertThat(pipeline.reply().status()).isEqualTo(200);

            assertThat(pipeline.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(101);
        }
    }

    @Test
    void anAnswerThatComesWhenTheClientIsGoneIsForgotten() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(
                    ClientFrame.join(login("1"), RawRequest.get("/health").bytes()));
            pipeline.disconnect();

            answer("one");

            assertThat(pipeline.frames()).isEmpty();
        }
    }

    @Test
    void nobodyIsTimedWhileAnAnswerIsOnItsWay() {
        try (ProductionPipeline pipeline = open("http.request-timeout=1s")) {
            pipeline.receive(login("1"));
            pipeline.pass(Duration.ofSeconds(10));
            assertThat(pipeline.isOpen()).isTrue();

            answer("one");
            assertThat(pipeline.reply().status()).isEqualTo(200);
            pipeline.pass(Duration.ofSeconds(2));
            assertThat(pipeline.isOpen()).as("but after it").isFalse();
        }
    }

    @Test
    void anAnswerThatNeverComesIsNotWaitedForForever() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("1"));
            pipeline.pass(Duration.ofSeconds(29));
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.pass(Duration.ofSeconds(3));

            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void aConnectionEndsAfterALateAnswerIfTheClientWantsThat() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(RawRequest.post(LOGIN, 0).with("Connection: close").bytes());
            answer("one");

            assertThat(pipeline.reply().header("connection")).isEqualTo("close");
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedAndTheConnectionGoesOn() {
        try (ProductionPipeline pipeline = open()) {
            pipeline.receive(login("x".repeat(4_097)));
            assertThat(pipeline.reply().status()).isEqualTo(413);

            assertThat(questions).isEmpty();
            assertThat(pipeline.ask(RawRequest.get("/health")).status()).isEqualTo(200);
        }
    }

    private ProductionPipeline open(String... settings) {
        return ProductionPipeline.withLogin(
                (question, then) -> {
                    questions.add(question);
                    askers.add(then);
                },
                settings);
    }

    private void answer(String user) {
        askers.remove(0).accept(HttpAnswer.json(200, Map.of("user", user)));
    }

    private static byte[] login(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ClientFrame.join(RawRequest.post(LOGIN, bytes.length).bytes(), bytes);
    }
}
