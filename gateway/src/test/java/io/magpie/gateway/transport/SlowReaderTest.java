package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.Connection;
import io.magpie.gateway.delivery.Connection.Outcome;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written for a client that reads too slowly, and when it is given up. */
class SlowReaderTest {
    private static final String[] SMALL = {
        "outbound.high-water-mark=1KiB",
        "outbound.low-water-mark=512",
        "outbound.max-bytes=4KiB",
        "outbound.stall-timeout=8s"
    };

    private static final String MESSAGE = "a".repeat(500);

    @Test
    void writesWhatIsDeliveredAtOnce() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            assertThat(deliver(pipeline)).isEqualTo(Outcome.WRITTEN);

            assertThat(pipeline.frames()).extracting(ServerFrame::text).containsExactly(MESSAGE);
        }
    }

    @Test
    void writesNothingToAReaderAboveItsHighWaterMark() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            assertThat(deliver(pipeline)).isEqualTo(Outcome.WRITTEN);
            assertThat(deliver(pipeline)).isEqualTo(Outcome.WRITTEN);

            assertThat(deliver(pipeline)).isEqualTo(Outcome.BEHIND);
            assertThat(deliver(pipeline)).isEqualTo(Outcome.BEHIND);
            pipeline.resume();
            assertThat(pipeline.frames()).hasSize(2);
            assertThat(deliver(pipeline)).isEqualTo(Outcome.WRITTEN);
        }
    }

    @Test
    void tellsWhenAReaderIsQuickAgain() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            List<String> told = new ArrayList<>();
            fallBehind(pipeline);
            pipeline.session().connection.whenWritable(() -> told.add("a"));
            pipeline.session().connection.whenWritable(() -> told.add("b"));
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(told).isEmpty();

            pipeline.resume();
            assertThat(told).containsExactly("a", "b");
        }
    }

    @Test
    void tellsAtOnceButNotWithinTheCallWhenAReaderIsQuick() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            List<String> told = new ArrayList<>();
            pipeline.session().connection.whenWritable(() -> told.add("a"));
            assertThat(told).isEmpty();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(told).containsExactly("a");
        }
    }

    /** So a reader whose socket takes page after page doesn't keep others from being heard. */
    @Test
    void tellsAQuickReaderAfterAllElseThatTheLoopHasToDo() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            List<String> told = new ArrayList<>();
            Connection connection = pipeline.session().connection;
            connection.whenWritable(() -> told.add("page"));
            connection.loop().post(() -> connection.loop().post(() -> told.add("other")));
            pipeline.pass(Duration.ofSeconds(1));

            assertThat(told).containsExactly("other", "page");
        }
    }

    @Test
    void closesAReaderThatReadsNothingForTheStallTimeout() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            fallBehind(pipeline);
            pipeline.pass(Duration.ofSeconds(7));
            assertThat(pipeline.session().connection.open()).isTrue();

            pipeline.pass(Duration.ofSeconds(2));
            assertThat(pipeline.session().events).containsExactly("open", "closing 4003");
            assertThat(pipeline.metric("magpie.slow.consumers")).isEqualTo(1);
            assertThat(deliver(pipeline)).isEqualTo(Outcome.REFUSED);

            pipeline.resume();
            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames.get(frames.size() - 1).closeCode()).isEqualTo(4003);
        }
    }

    @Test
    void endsTheTcpConnectionOfAReaderThatWasGivenUp() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            fallBehind(pipeline);
            pipeline.pass(Duration.ofSeconds(15));

            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void keepsAReaderThatReadsSlowlyButReads() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            for (int i = 0; i < 10; i++) {
                fallBehind(pipeline);
                pipeline.pass(Duration.ofSeconds(6));
                pipeline.resume();
            }

            assertThat(pipeline.session().connection.open()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 12})
    void givesAReaderThatWasTooSlowToBePingedTimeToAnswer(int idleSeconds) {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(
                "outbound.high-water-mark=1KiB",
                "outbound.low-water-mark=512",
                "outbound.stall-timeout=1m",
                "heartbeat.interval=5s",
                "heartbeat.idle-timeout=" + idleSeconds + "s")) {
            fallBehind(pipeline);
            pipeline.pass(Duration.ofSeconds(20));
            pipeline.resume();
            assertThat(pipeline.frames()).extracting(ServerFrame::isClose).doesNotContain(true);

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).extracting(ServerFrame::opcode).containsExactly(9);
            pipeline.receive(ClientFrame.of(10, new byte[0]));
            pipeline.pass(Duration.ofSeconds(idleSeconds - 1));
            assertThat(pipeline.frames()).extracting(ServerFrame::opcode).containsOnly(9);
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames())
                    .last()
                    .satisfies(close -> assertThat(close.closeCode()).isEqualTo(4004));
        }
    }

    @Test
    void feedsAMemberThatStoppedReadingAllThatItMissed() {
        try (ProductionPipeline pipeline = ProductionPipeline.withRooms(SMALL)) {
            pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"));
            pipeline.receive(ClientFrame.text("{\"type\":\"connect\"}"));
            pipeline.receive(ClientFrame.text("{\"type\":\"join\",\"room\":\"r\"}"));
            pipeline.frames();
            pipeline.stall();
            for (int i = 1; i <= 500; i++) {
                pipeline.receive(ClientFrame.text("{\"type\":\"send\",\"room\":\"r\",\"data\":\"" + MESSAGE + "\"}"));
            }
            assertThat(pipeline.metric("magpie.members.behind")).isEqualTo(1);
            pipeline.resume();
            pipeline.pass(Duration.ofSeconds(1));

            List<Long> seqs = new ArrayList<>();
            EventReader reader = new EventReader(Encoding.JSON);
            for (ServerFrame frame : pipeline.frames()) {
                reader.read(Unpooled.copiedBuffer(frame.text(), StandardCharsets.UTF_8))
                        .forEach(event ->
                                seqs.add(((Event.Delivered) event).message().seq()));
            }
            assertThat(seqs).isEqualTo(LongStream.rangeClosed(1, 500).boxed().toList());
            assertThat(pipeline.metric("magpie.members.behind")).isZero();
        }
    }

    @Test
    void boundsTheAnswersOfAClientThatAsksButDoesNotRead() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            for (int i = 0; i < 100; i++) {
                pipeline.session().say(MESSAGE);
            }
            pipeline.resume();

            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSizeBetween(6, 10);
            assertThat(frames.get(frames.size() - 1).closeCode()).isEqualTo(4003);
            assertThat(pipeline.session().events).containsExactly("open", "closing 4003");
        }
    }

    @Test
    void saysGoodbyeToAClientThatAsksButDoesNotRead() {
        try (ProductionPipeline pipeline = ProductionPipeline.withRooms(SMALL)) {
            pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Protocol: magpie.v1.json"));
            pipeline.receive(ClientFrame.text("{\"type\":\"connect\"}"));
            pipeline.stall();
            for (int i = 0; i < 1_000; i++) {
                pipeline.receive(ClientFrame.text("{\"type\":\"ping\",\"id\":" + i + "}"));
            }
            pipeline.resume();

            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSizeLessThan(300);
            assertThat(frames.get(frames.size() - 2).text()).contains("\"bye\"", "4003");
            assertThat(frames.get(frames.size() - 1).closeCode()).isEqualTo(4003);
        }
    }

    @Test
    void takesMuchAtOnceForNoSignOfASlowReader() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            for (int i = 0; i < 100; i++) {
                pipeline.session().say(MESSAGE);
            }

            assertThat(pipeline.session().connection.open()).isTrue();
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.frames()).hasSize(100);
        }
    }

    @Test
    void measuresWhatWaitsForSlowReaders() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            for (int i = 0; i < 4; i++) {
                deliver(pipeline);
            }
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.metric("magpie.outbound.queued.bytes")).isGreaterThan(2 * 500);

            pipeline.resume();
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.metric("magpie.outbound.queued.bytes")).isZero();
        }
    }

    @Test
    void releasesWhatWaitsWhenTheClientIsGone() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            ByteBuf frame = RecordingSession.frame(MESSAGE);
            pipeline.session().connection.deliver(frame);
            assertThat(frame.refCnt()).isEqualTo(2);

            pipeline.reset();
            assertThat(frame.refCnt()).isEqualTo(1);
            assertThat(pipeline.session().connection.deliver(frame)).isEqualTo(Outcome.REFUSED);
            assertThat(frame.refCnt()).isEqualTo(1);
            frame.release();
        }
    }

    /** Stops reading, and is sent more than may wait. */
    private static void fallBehind(ProductionPipeline pipeline) {
        pipeline.stall();
        while (deliver(pipeline) == Outcome.WRITTEN) {
            // until it is behind
        }
    }

    private static Outcome deliver(ProductionPipeline pipeline) {
        ByteBuf frame = RecordingSession.frame(MESSAGE);
        Outcome outcome = pipeline.session().connection.deliver(frame);
        frame.release();
        return outcome;
    }
}
