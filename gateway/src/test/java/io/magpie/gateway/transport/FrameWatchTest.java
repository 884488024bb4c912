package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods of control frames, and messages that never end, on the pipeline of production. */
class FrameWatchTest {
    @Test
    void twentyPingsAtOnceAreAnsweredAndOneMoreIsTooMany() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            for (int i = 0; i < 20; i++) {
                pipeline.receive(ClientFrame.ping("p"));
            }
            assertThat(pipeline.frames()).hasSize(20).noneMatch(ServerFrame::isClose);

            pipeline.receive(ClientFrame.ping("p"), ClientFrame.ping("p"));

            assertClosed(pipeline, "more than 10 control frames a second");
        }
    }

    @Test
    void pongsCountToo() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("edge.control-frames=1")) {
            pipeline.receive(ClientFrame.pong(""), ClientFrame.pong(""), ClientFrame.pong(""));

            assertClosed(pipeline, "more than 1 control frames a second");
        }
    }

    @Test
    void tenPingsASecondGoOnForEver() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            for (int second = 0; second < 60; second++) {
                for (int i = 0; i < 10; i++) {
                    pipeline.receive(ClientFrame.ping("p"));
                }
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertThat(pipeline.frames()).hasSize(600);
        }
    }

    @Test
    void aMessageThatStopsAfterItsFirstFragmentIsClosed() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("begun").notFinal());

            pipeline.pass(Duration.ofSeconds(9));
            assertThat(pipeline.frames()).isEmpty();
            pipeline.pass(Duration.ofSeconds(2));

            assertClosed(pipeline, "the message takes too long to arrive");
        }
    }

    @Test
    void aFrameThatDripsIsClosed() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            byte[] frame =
                    ClientFrame.text("a message of some length, byte by byte").bytes();
            for (int i = 0; i < 12 && pipeline.isOpen(); i++) {
                pipeline.receive(Arrays.copyOfRange(frame, i, i + 1));
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertClosed(pipeline, "the message takes too long to arrive");
        }
    }

    @Test
    void aHeaderWithoutItsPayloadIsClosed() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(Arrays.copyOf(ClientFrame.text("hello").bytes(), 6));

            pipeline.pass(Duration.ofSeconds(11));

            assertClosed(pipeline, "the message takes too long to arrive");
        }
    }

    @Test
    void slowMessagesOneAfterTheOtherAreFine() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            for (int i = 0; i < 5; i++) {
                pipeline.receive(ClientFrame.text("one ").notFinal());
                pipeline.pass(Duration.ofSeconds(6));
                pipeline.receive(ClientFrame.continuation("whole"));
                pipeline.pass(Duration.ofSeconds(6));
            }

            assertThat(pipeline.session().events)
                    .filteredOn(event -> event.contains("one whole"))
                    .hasSize(5);
            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);
        }
    }

    @Test
    void messagesWithoutAPauseBetweenThemAreFine() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            byte[] frame = ClientFrame.text("one").bytes();
            byte[] shifted = new byte[frame.length];
            System.arraycopy(frame, 3, shifted, 0, frame.length - 3);
            System.arraycopy(frame, 0, shifted, frame.length - 3, 3);
            pipeline.receive(Arrays.copyOf(frame, 3));
            for (int second = 0; second < 20; second++) {
                pipeline.receive(shifted);
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);
        }
    }

    @Test
    void aMessageDoesntAgeWhileItIsntRead() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("begun").notFinal());
            pipeline.session().connection.reading(false);
            pipeline.pass(Duration.ofSeconds(30));
            pipeline.session().connection.reading(true);
            pipeline.pass(Duration.ofSeconds(5));
            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);

            pipeline.pass(Duration.ofSeconds(10));

            assertClosed(pipeline, "the message takes too long to arrive");
        }
    }

    @Test
    void silenceBetweenMessagesIsNoMessageUnderWay() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("hello"));

            pipeline.pass(Duration.ofSeconds(20));

            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);
        }
    }

    private static void assertClosed(ProductionPipeline pipeline, String reason) {
        List<ServerFrame> closes =
                pipeline.frames().stream().filter(ServerFrame::isClose).toList();
        assertThat(closes).hasSize(1);
        assertThat(closes.get(0).closeCode()).isEqualTo(1008);
        assertThat(closes.get(0).closeReason()).isEqualTo(reason);
    }
}
