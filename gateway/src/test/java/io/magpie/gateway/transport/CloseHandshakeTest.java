package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.magpie.protocol.CloseCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The closing handshake, begun by either side: one close frame, then the end of the TCP connection. */
class CloseHandshakeTest {
    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    void answersTheClientsCloseInKindAndEndsAtOnce(int code) {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.close(code, "bye"));

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(code));
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.session().events).containsExactly("open", "closed");
        }
    }

    @Test
    void answersACloseWithoutACodeWithoutACode() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.close());

            assertThat(pipeline.frames()).singleElement().satisfies(frame -> {
                assertThat(frame.isClose()).isTrue();
                assertThat(frame.payload()).isEmpty();
            });
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void ignoresWhatComesAfterTheClientsClose() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.join(
                    ClientFrame.close(1000, "").bytes(),
                    ClientFrame.text("late").bytes(),
                    ClientFrame.ping("late").bytes(),
                    ClientFrame.close(1001, "").bytes()));

            assertThat(pipeline.frames()).hasSize(1);
            assertThat(pipeline.session().events).containsExactly("open", "closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsEveryCodeWithItsReason(CloseCode code) {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(code, "because");

            assertThat(pipeline.frames()).singleElement().satisfies(frame -> {
                assertThat(frame.closeCode()).isEqualTo(code.code());
                assertThat(frame.closeReason()).isEqualTo("because");
            });
            assertThat(pipeline.session().connection.open()).isFalse();
        }
    }

    @Test
    void endsTheTcpConnectionWhenTheClientHasAnswered() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(CloseCode.GOING_AWAY, "");
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.receive(ClientFrame.close(1001, ""));
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.frames()).hasSize(1);
        }
    }

    @Test
    void endsTheTcpConnectionWhenTheClientDoesNotAnswer() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.close-timeout=5s")) {
            pipeline.session().connection.close(CloseCode.GOING_AWAY, "");
            pipeline.pass(Duration.ofSeconds(4));
            assertThat(pipeline.isOpen()).isTrue();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void endsTheTcpConnectionOfAClientThatClosesButDoesNotReadTheAnswer() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.close-timeout=5s")) {
            pipeline.stall();
            pipeline.receive(ClientFrame.close(1000, ""));
            pipeline.pass(Duration.ofSeconds(5));

            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.session().events).containsExactly("open", "closed");
        }
    }

    @Test
    void ignoresDataWhileItWaitsForTheAnswer() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(CloseCode.GOING_AWAY, "");
            pipeline.receive(
                    ClientFrame.text("late"),
                    ClientFrame.ping("late"),
                    ClientFrame.text("x").withRsv(2));

            assertThat(pipeline.frames()).hasSize(1);
            assertThat(pipeline.session().events).containsExactly("open", "closing 1001");
        }
    }

    @Test
    void closesOnceHoweverOftenItIsAsked() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(CloseCode.KICKED, "first");
            pipeline.session().connection.close(CloseCode.BANNED, "second");
            pipeline.session().say("third");

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeReason()).isEqualTo("first"));
            assertThat(pipeline.metric("magpie.closes", "code", "4505")).isZero();
        }
    }

    @Test
    void closesThoughTheSessionFailsToSayGoodbye() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.close-timeout=5s")) {
            pipeline.session().failNext();

            assertThatThrownBy(() -> pipeline.session().connection.close(CloseCode.KICKED, "out"))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(4503));
            pipeline.pass(Duration.ofSeconds(5));
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.session().events).containsExactly("open", "closed");
        }
    }

    @Test
    void cutsALongReasonBetweenCharacters() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(CloseCode.KICKED, "a" + "大".repeat(60));

            ServerFrame frame = pipeline.frame().orElseThrow();
            assertThat(frame.payload().length).isLessThanOrEqualTo(125);
            assertThat(frame.closeReason()).isEqualTo("a" + "大".repeat(40));
            assertThat(frame.closeReason().getBytes(StandardCharsets.UTF_8)).hasSize(121);
        }
    }

    @Test
    void tellsTheSessionWhenTheClientIsGoneWithoutAWord() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.reset();

            assertThat(pipeline.session().events).containsExactly("open", "closed");
            assertThat(pipeline.metric("magpie.closes.by.peer")).isEqualTo(1);
            assertThat(pipeline.frames()).isEmpty();
        }
    }

    @Test
    void takesItForNoFaultWhenTheClientIsGoneWithinAMessage() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(FrameHandler.class);
        log.start();
        logger.addAppender(log);
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("a").notFinal());
            pipeline.disconnect();

            assertThat(pipeline.session().events).containsExactly("open", "closed");
            assertThat(pipeline.metric("magpie.closes.by.peer")).isEqualTo(1);
            assertThat(log.list).isEmpty();
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void countsConnectionsByStateUntilTheyAreGone() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            assertThat(connections(pipeline, "connecting")).isEqualTo(1);

            pipeline.session().connection.activate();
            assertThat(connections(pipeline, "connecting")).isZero();
            assertThat(connections(pipeline, "active")).isEqualTo(1);

            pipeline.session().connection.close(CloseCode.KICKED, "");
            assertThat(connections(pipeline, "active")).isZero();
            assertThat(connections(pipeline, "closing")).isEqualTo(1);

            pipeline.receive(ClientFrame.close(4503, ""));
            assertThat(connections(pipeline, "closing")).isZero();
            assertThat(pipeline.metric("magpie.closes.by.peer")).isZero();
        }
    }

    @Test
    void staysClosingWhenItIsActivatedTooLate() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().connection.close(CloseCode.KICKED, "");
            pipeline.session().connection.activate();

            assertThat(connections(pipeline, "closing")).isEqualTo(1);
            assertThat(pipeline.session().connection.open()).isFalse();
        }
    }

    private static double connections(ProductionPipeline pipeline, String state) {
        return pipeline.metric("magpie.connections", "encoding", "plain", "state", state);
    }
}
