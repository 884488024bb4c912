package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.Connection.Outcome;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written for a client that reads too slowly, and when it is given up. */
class SlowReaderTest {
    private static final String[] SMALL = {
        "outbound.high-water-mark=1KiB", "outbound.low-water-mark=512", "outbound.max-bytes=4KiB"
    };

    private static final String MESSAGE = "a".repeat(500);

    @Test
    void writesWhatIsDeliveredAtOnce() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            assertThat(deliver(pipeline, false)).isEqualTo(Outcome.WRITTEN);

            assertThat(pipeline.frames()).extracting(ServerFrame::text).containsExactly(MESSAGE);
        }
    }

    @Test
    void dropsOnlyWhatMayBeLostWhenTheReaderIsSlow() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            assertThat(deliver(pipeline, true)).isEqualTo(Outcome.WRITTEN);
            assertThat(deliver(pipeline, true)).isEqualTo(Outcome.WRITTEN);

            assertThat(deliver(pipeline, true)).isEqualTo(Outcome.DROPPED);
            assertThat(deliver(pipeline, false)).isEqualTo(Outcome.WRITTEN);
            pipeline.resume();
            assertThat(pipeline.frames()).hasSize(3);
            assertThat(deliver(pipeline, true)).isEqualTo(Outcome.WRITTEN);
        }
    }

    @Test
    void closesAReaderThatIsTooFarBehind() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            int written = 0;
            while (written < 100 && deliver(pipeline, false) == Outcome.WRITTEN) {
                written++;
            }

            assertThat(written)
                    .as("4 KiB of 504 bytes each, with what Netty adds")
                    .isBetween(6, 9);
            assertThat(deliver(pipeline, false)).isEqualTo(Outcome.REFUSED);
            assertThat(pipeline.session().events).containsExactly("open", "closing 4003");
            assertThat(pipeline.metric("magpie.slow.consumers")).isEqualTo(1);

            pipeline.resume();
            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSize(written + 1);
            assertThat(frames.get(written).closeCode()).isEqualTo(4003);
        }
    }

    @Test
    void endsTheTcpConnectionOfAReaderThatWasGivenUp() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(SMALL)) {
            pipeline.stall();
            for (int i = 0; i < 20; i++) {
                deliver(pipeline, false);
            }
            pipeline.pass(Duration.ofSeconds(5));

            assertThat(pipeline.isOpen()).isFalse();
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
                deliver(pipeline, false);
            }
            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.metric("magpie.outbound.queued.bytes")).isGreaterThan(4 * 500);

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
            pipeline.session().connection.deliver(frame, false);
            assertThat(frame.refCnt()).isEqualTo(2);

            pipeline.reset();
            assertThat(frame.refCnt()).isEqualTo(1);
            assertThat(pipeline.session().connection.deliver(frame, false)).isEqualTo(Outcome.REFUSED);
            assertThat(frame.refCnt()).isEqualTo(1);
            frame.release();
        }
    }

    private static Outcome deliver(ProductionPipeline pipeline, boolean droppable) {
        ByteBuf frame = RecordingSession.frame(MESSAGE);
        Outcome outcome = pipeline.session().connection.deliver(frame, droppable);
        frame.release();
        return outcome;
    }
}
