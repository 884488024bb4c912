package io.magpie.gateway.transport;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.http.HttpAnswer;
import io.magpie.gateway.http.HttpQuestion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection to the management port, on the pipeline that production uses. The site answers when the test says so. */
class ManagementGateTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<HttpQuestion> questions = new ArrayList<>();
    private final List<Consumer<HttpAnswer>> askers = new ArrayList<>();

    @BeforeEach
    void open() {
        channel.freezeTime();
        ManagementServer.install(channel, this::ask, Duration.ofSeconds(10));
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private void ask(HttpQuestion question, Consumer<HttpAnswer> then) {
        if (question.path().equals("/broken")) {
            throw new IllegalStateException("planned by the test");
        }
        questions.add(question);
        askers.add(then);
    }

    @Test
    void asksOneAfterTheOtherAndAnswersInTheirOrder() {
        receive(join(
                RawRequest.get("/one?a=b%20c").with("X-Api-Key: k").bytes(),
                RawRequest.post("/two", 3).bytes(),
                ascii("abc")));
        assertThat(questions).as("one at a time").hasSize(1);

        answer("one");
        assertThat(reply().text()).contains("one");
        answer("two");
        assertThat(reply().text()).contains("two");
        assertThat(questions.get(0).path()).isEqualTo("/one");
        assertThat(questions.get(0).query()).isEqualTo(Map.of("a", "b c"));
        assertThat(questions.get(0).header("x-api-key")).isEqualTo("k");
        assertThat(questions.get(1).method()).isEqualTo("POST");
        assertThat(questions.get(1).body()).isEqualTo(ascii("abc"));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aSiteThatFailsIsAnError() {
        receive(RawRequest.get("/broken").bytes());

        assertThat(reply().status()).isEqualTo(500);
        receive(RawRequest.get("/").bytes());
        assertThat(questions).hasSize(1);
    }

    @Test
    void whoAsksTooMuchBeforeAnAnswerIsClosed() {
        for (int i = 0; i < 17; i++) {
            receive(RawRequest.get("/").bytes());
        }
        assertThat(channel.isOpen()).isTrue();

        receive(RawRequest.get("/").bytes());

        assertThat(channel.isOpen()).isFalse();
        answer("late");
        assertThat(channel.<Object>readOutbound()).isNull();
    }

    @Test
    void whoDoesNotReadItsAnswersIsNotReadAndNotAnswered() {
        writable(false);
        assertThat(channel.config().isAutoRead()).isFalse();
        receive(RawRequest.get("/").bytes());
        assertThat(questions).isEmpty();

        writable(true);

        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(questions).hasSize(1);
    }

    @Test
    void aRequestThatTakesTooLongIsEndedWhateverItsPace() {
        byte[] request = RawRequest.get("/").bytes();
        for (int second = 0; second < 10; second++) {
            assertThat(channel.isOpen()).isTrue();
            receive(new byte[] {request[second]});
            pass(1);
        }

        assertThat(reply().status()).isEqualTo(408);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyCountsToTheTimeOfItsRequest() {
        receive(RawRequest.post("/", 100).bytes());
        for (int second = 0; second < 9; second++) {
            pass(1);
            receive(new byte[1]);
        }
        assertThat(channel.isOpen()).isTrue();

        pass(1);

        assertThat(reply().status()).isEqualTo(408);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void eachRequestHasItsOwnTimeAndAnAnswerAsMuchAsItNeeds() {
        for (int i = 0; i < 3; i++) {
            receive(ascii("GET / HTTP/1.1\r\n"));
            pass(9);
            receive(ascii("Host: a\r\n\r\n"));
            pass(30);
            answer("an answer");
            assertThat(reply().status()).isEqualTo(200);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aRequestThatBeginsInThePacketOfAnotherIsTimedToo() {
        receive(join(RawRequest.get("/").bytes(), ascii("GET / HT")));
        answer("one");
        assertThat(reply().status()).isEqualTo(200);

        pass(10);

        assertThat(reply().status()).isEqualTo(408);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void noTimeoutIsTakenForTheAnswerToARequestBefore() {
        receive(join(RawRequest.get("/").bytes(), ascii("GET / HT")));

        pass(10);
        assertThat(channel.<Object>readOutbound()).isNull();
        receive(ascii("TP/1.1\r\n\r\n"));
        answer("one");

        assertThat(reply().text()).contains("one");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.<ByteBuf>readOutbound().isReadable()).isFalse();
    }

    @Test
    void aConnectionMayBeSilentForLonger() {
        receive(RawRequest.get("/").bytes());
        answer("one");
        pass(74);
        assertThat(channel.isOpen()).isTrue();

        pass(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "400, 'X: a\r\n b\r\n\r\n'",
        "400, 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'",
        "400, 'Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n'",
        "400, '" + CHUNKED + "1;a=b\r\nx\r\n0\r\n\r\n'",
        "400, '" + CHUNKED + "0\r\nX: a\r\n b\r\n\r\n'",
        "413, 'Content-Length: 1000000000\r\n\r\n'",
        "413, 'Content-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n'",
        "415, 'Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc'",
    })
    void refusesABadRequestAndEnds(int status, String rest) {
        receive(ascii("POST /api/v1/bans HTTP/1.1\r\nHost: a\r\n" + rest));

        assertRefused(status);
    }

    @ParameterizedTest
    @CsvSource({
        "405, TRACE /metrics HTTP/1.1",
        "405, CONNECT a:443 HTTP/1.1",
        "505, GET / HTTP/9.9",
        "400, GET http://evil/ HTTP/1.1",
        "400, hello",
    })
    void refusesABadLine(int status, String line) {
        receive(RawRequest.get("/").withLine(line).with("Connection: close").bytes());

        assertRefused(status);
    }

    @Test
    void refusesMoreThanAHundredHeaders() {
        receive(RawRequest.get("/").with("A: b\r\n".repeat(99) + "C: d").bytes());

        assertRefused(431);
    }

    @Test
    void refusesABodyThatTurnsOutTooLarge() {
        receive(ascii("POST / HTTP/1.1\r\nHost: a\r\n" + CHUNKED + "40001\r\n"));
        receive(new byte[ManagementGate.LARGEST]);
        assertThat(channel.isOpen()).isTrue();

        receive(new byte[1]);

        assertRefused(413);
    }

    @Test
    void takesTheLargestBodyAndSaysThatItMayCome() {
        receive(RawRequest.post("/", ManagementGate.LARGEST)
                .with("Expect: 100-continue")
                .bytes());
        assertThat(reply().status()).isEqualTo(100);

        receive(new byte[ManagementGate.LARGEST]);

        assertThat(questions.get(0).body()).hasSize(ManagementGate.LARGEST);
    }

    @Test
    void aRefusalWaitsForTheAnswersBeforeIt() {
        receive(join(
                RawRequest.get("/").bytes(), RawRequest.post("/", 1_000_000).bytes()));
        assertThat(channel.<Object>readOutbound()).isNull();

        answer("one");

        assertThat(reply().status()).isEqualTo(200);
        assertRefused(413);
    }

    @Test
    void aTlsHelloIsNotAnswered() {
        receive(hex("16030100c8010000c40303"));

        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.<Object>readOutbound()).isNull();
    }

    private void assertRefused(int status) {
        HttpReply reply = reply();
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        assertThat(reply.text()).contains("\"error\":");
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(questions).hasSizeLessThan(2);
    }

    private void receive(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        channel.runPendingTasks();
    }

    /** The next answer, each of which is one write. */
    private HttpReply reply() {
        ByteBuf bytes = channel.readOutbound();
        assertThat(bytes).as("an answer").isNotNull();
        try {
            return new WireReader(new ByteArrayInputStream(ByteBufUtil.getBytes(bytes))).reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            bytes.release();
        }
    }

    private void answer(String text) {
        askers.remove(0).accept(HttpAnswer.json(200, Map.of("text", text)));
        channel.runPendingTasks();
    }

    private void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
    }

    private void writable(boolean writable) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        channel.runPendingTasks();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
