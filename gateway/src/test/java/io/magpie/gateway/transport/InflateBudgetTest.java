package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** How much a client may let the server inflate, on the pipeline of production. */
class InflateBudgetTest {
    private static final int SIZE = 60_000;

    /** A message of 60,000 bytes in 1,000. */
    private static final byte[] PACKED = ClientFrame.deflated(repeated(600));

    @Test
    void closesWhoHasMoreInflatedThanTwoSecondsHold() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            send(pipeline, 400);

            assertClosed(pipeline, 1008, "more than 1048576 bytes a second to inflate");
            assertThat(pipeline.session().binaries)
                    .as("until two MiB are exceeded")
                    .hasSize((2 << 20) / SIZE + 1);
        }
    }

    @Test
    void goesOnForEverBelowTheRate() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            for (int second = 0; second < 60; second++) {
                send(pipeline, (1 << 20) / SIZE);
                pipeline.pass(Duration.ofSeconds(1));
            }

            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);
            assertThat(pipeline.session().binaries).hasSize(60 * 17);
        }
    }

    @Test
    void chargesForWhatInflatesToNothing() {
        byte[] empty = new byte[50_000];
        for (int at = 0; at < empty.length; at += 5) {
            empty[at + 3] = (byte) 0xFF;
            empty[at + 4] = (byte) 0xFF;
        }
        byte[] tailless = Arrays.copyOf(empty, empty.length - 4);
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            int sent = 0;
            while (pipeline.session().connection.open() && sent < 100) {
                pipeline.receive(ClientFrame.of(2, tailless).withRsv(4).bytes());
                sent++;
            }

            assertThat(sent).isEqualTo((2 << 20) / tailless.length + 2);
            assertClosed(pipeline, 1008, "more than 1048576 bytes a second to inflate");
        }
    }

    @Test
    void refusesStreamsWithoutEnd() {
        byte[] ends = new byte[60_000];
        for (int at = 0; at < ends.length; at += 2) {
            ends[at] = 3;
        }
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(ClientFrame.of(2, ends).withRsv(4).bytes());

            assertClosed(pipeline, 1007, "the compressed data is broken");
        }
    }

    @Test
    void closesWhoGoesOnAboveTheRate() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            int second = 0;
            while (pipeline.session().connection.open() && second < 60) {
                send(pipeline, 20);
                pipeline.pass(Duration.ofSeconds(1));
                second++;
            }

            assertThat(second).isBetween(5, 20);
            assertClosed(pipeline, 1008, "more than 1048576 bytes a second to inflate");
        }
    }

    @Test
    void holdsNoMoreThanTwoSecondsAfterALongPause() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            send(pipeline, 35);
            pipeline.pass(Duration.ofSeconds(20));
            send(pipeline, 35);
            assertThat(pipeline.frames()).noneMatch(ServerFrame::isClose);

            send(pipeline, 1);
            assertClosed(pipeline, 1008, "more than 1048576 bytes a second to inflate");
        }
    }

    @Test
    void takesOneMessageOfAnySizeThatAMessageMayHave() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating(
                "websocket.compression.inflated-per-second=8KiB", "websocket.compression.max-ratio=0")) {
            send(pipeline, 1);
            assertThat(pipeline.session().binaries).hasSize(1);
            pipeline.pass(Duration.ofSeconds(5));
            send(pipeline, 1);

            assertClosed(pipeline, 1008, "more than 8192 bytes a second to inflate");
        }
    }

    @Test
    void chargesNothingForWhatIsNotCompressed() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.deflating("websocket.compression.inflated-per-second=1KiB")) {
            for (int i = 0; i < 50; i++) {
                pipeline.receive(ClientFrame.binary(new byte[1_000]));
            }

            assertThat(pipeline.session().binaries).hasSize(50);
        }
    }

    @Test
    void inflatesAnyAmountWhereThereIsNoBudget() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.deflating("websocket.compression.inflated-per-second=0")) {
            send(pipeline, 400);

            assertThat(pipeline.session().binaries).hasSize(400);
        }
    }

    @Test
    void refusesALargeMessageThatInflatesTooFar() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(ClientFrame.compressed("a".repeat(SIZE)));

            assertClosed(pipeline, 1009, "the message inflates to more than 100 times its size");
            assertThat(pipeline.session().texts).isEmpty();
        }
    }

    @Test
    void refusesALargeMessageThatInflatesTooFarInFragments() {
        byte[] packed = ClientFrame.deflated(new byte[SIZE]);
        int half = packed.length / 2;
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(
                    ClientFrame.of(2, Arrays.copyOf(packed, half)).withRsv(4).notFinal(),
                    ClientFrame.of(0, Arrays.copyOfRange(packed, half, packed.length)));

            assertClosed(pipeline, 1009, "the message inflates to more than 100 times its size");
        }
    }

    @Test
    void inflatesAsFarAsItGoesWhereThereIsNoRatio() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating("websocket.compression.max-ratio=0")) {
            pipeline.receive(ClientFrame.compressed("a".repeat(SIZE)));

            assertThat(pipeline.session().texts).hasSize(1);
        }
    }

    /** People do hold a key down. */
    @Test
    void takesAMessageOfOneCharacterUpToTheLargestThatMayBeSent() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(ClientFrame.compressed("哈".repeat(5_400)));

            assertThat(pipeline.session().events).containsExactly("open", "text " + "哈".repeat(5_400));
        }
    }

    /** A send that is repeated with its key is nearly nothing to a compressor that remembers it. */
    @Test
    void takesAMessageThatIsRepeated() {
        byte[] noise = new byte[12_000];
        new Random(3).nextBytes(noise);
        Deflater deflater = new Deflater(9, true);
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            for (int i = 0; i < 5; i++) {
                pipeline.receive(
                        ClientFrame.of(2, ClientFrame.deflated(deflater, noise)).withRsv(4));
            }

            assertThat(pipeline.session().binaries)
                    .hasSize(5)
                    .allSatisfy(message -> assertThat(message).isEqualTo(noise));
        } finally {
            deflater.end();
        }
    }

    private static void send(ProductionPipeline pipeline, int messages) {
        for (int i = 0; i < messages; i++) {
            pipeline.receive(ClientFrame.of(2, PACKED).withRsv(4));
        }
    }

    private static void assertClosed(ProductionPipeline pipeline, int code, String reason) {
        Optional<ServerFrame> close = pipeline.frame();
        assertThat(close.map(ServerFrame::closeCode)).hasValue(code);
        assertThat(close.map(ServerFrame::closeReason)).hasValue(reason);
        assertThat(pipeline.frames()).isEmpty();
    }

    /** So much noise, as often as it takes. */
    private static byte[] repeated(int noise) {
        byte[] once = new byte[noise];
        new Random(1).nextBytes(once);
        byte[] all = new byte[SIZE];
        for (int at = 0; at < SIZE; at += noise) {
            System.arraycopy(once, 0, all, at, noise);
        }
        return all;
    }
}
