package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.delivery.FrameFormat;
import io.magpie.protocol.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which offers of permessage-deflate are taken, and what the client may then send. */
class DeflateOfferTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    permessage-deflate                                                    | ''
                    permessage-deflate; client_max_window_bits                            | ''
                    permessage-deflate; client_max_window_bits=9                          | ''
                    permessage-deflate; client_max_window_bits="10"                       | ''
                    permessage-deflate; client_no_context_takeover                        | ''
                    permessage-deflate; server_no_context_takeover                        | ''
                    permessage-deflate; server_max_window_bits=8                          | '; server_max_window_bits=8'
                    permessage-deflate; server_max_window_bits=9                          | '; server_max_window_bits=9'
                    permessage-deflate; server_max_window_bits="12"                       | '; server_max_window_bits=12'
                    permessage-deflate; server_max_window_bits=15; client_max_window_bits | '; server_max_window_bits=15'
                    permessage-deflate; server_max_window_bits=7, permessage-deflate      | ''
                    permessage-deflate; server_max_window_bits, permessage-deflate        | ''
                    x-webkit-deflate-frame, permessage-deflate                            | ''
                    permessage-bzip2, permessage-deflate; server_max_window_bits=10       | '; server_max_window_bits=10'
                    """)
    void takesTheFirstOfferThatItUnderstands(String offer, String more) {
        assertThat(negotiated(offer)).isEqualTo("permessage-deflate; server_no_context_takeover" + more);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; client_max_window_bits=abc",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=",
                "permessage-deflate; server_max_window_bits=09",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=-9",
                "permessage-deflate; server_max_window_bits=99999999999",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=yes",
                "permessage-deflate; unknown",
                "permessage-deflate; unknown=1",
                "permessage-deflate; server_max_window_bits=9; server_max_window_bits=10",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
                "PERMESSAGE-DEFLATE",
                "x-webkit-deflate-frame",
                "deflate-frame",
                "permessage-bzip2",
                ";",
                ";;;=",
                "=",
            })
    void goesOnWithoutCompressionWhereItUnderstandsNoOffer(String offer) {
        assertThat(negotiated(offer)).isEqualTo("absent");
    }

    @Test
    void takesNoOfferWhereCompressionIsOff() {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            HttpReply reply =
                    pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate"));

            assertThat(reply.header("sec-websocket-extensions")).isEqualTo("absent");
            assertThat(pipeline.session().connection.format()).isEqualTo(FrameFormat.PLAIN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    void compressesForTheWindowThatTheClientAsksFor(int bits) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("websocket.compression.enabled=true")) {
            HttpReply reply = pipeline.upgrade(RawRequest.upgrade(
                    "/ws", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=" + bits));

            assertThat(reply.header("sec-websocket-extensions"))
                    .isEqualTo("permessage-deflate; server_no_context_takeover; server_max_window_bits=" + bits);
            assertThat(pipeline.session().connection.format()).isEqualTo(FrameFormat.deflated(Encoding.PLAIN, bits));
            pipeline.receive(ClientFrame.compressed("still inflated"));
            assertThat(pipeline.session().events).containsExactly("open", "text still inflated");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; client_max_window_bits", "; client_max_window_bits=9"})
    void compressesForTheFullWindowWhereTheClientAsksForNone(String parameters) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("websocket.compression.enabled=true")) {
            pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate" + parameters));

            assertThat(pipeline.session().connection.format()).isEqualTo(FrameFormat.PLAIN_DEFLATE);
        }
    }

    @Test
    void readsCompressedAndUncompressedMessages() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(
                    ClientFrame.compressed("one"), ClientFrame.text("two"), ClientFrame.compressed("three".repeat(99)));

            assertThat(pipeline.session().events)
                    .containsExactly("open", "text one", "text two", "text " + "three".repeat(99));
        }
    }

    @Test
    void readsAnEmptyCompressedMessage() {
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(ClientFrame.of(1, new byte[] {0}).withRsv(4), ClientFrame.compressed("next"));

            assertThat(pipeline.session().events).containsExactly("open", "text ", "text next");
        }
    }

    @Test
    void readsACompressedMessageInPartsWithPingsBetween() {
        String text = "大 compressed message in parts ".repeat(20);
        byte[] packed = ClientFrame.deflated(text.getBytes(StandardCharsets.UTF_8));
        try (ProductionPipeline pipeline =
                ProductionPipeline.deflating("websocket.max-fragments=1000", "edge.control-frames=1000")) {
            for (int at = 0; at < packed.length; at++) {
                boolean first = at == 0;
                boolean last = at == packed.length - 1;
                byte[] one = Arrays.copyOfRange(packed, at, at + 1);
                pipeline.receive(new ClientFrame(last, first ? 4 : 0, first ? 1 : 0, one));
                pipeline.receive(ClientFrame.ping("p"));
            }

            assertThat(pipeline.session().events).containsExactly("open", "text " + text);
            assertThat(pipeline.frames()).hasSize(packed.length);
        }
    }

    @Test
    void readsMessagesThatReferToEarlierOnes() {
        Deflater deflater = new Deflater(9, true);
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            for (int i = 0; i < 50; i++) {
                byte[] text = ("the same long text again and again " + i).getBytes(StandardCharsets.UTF_8);
                byte[] packed = ClientFrame.deflated(deflater, text);
                pipeline.receive(ClientFrame.of(2, packed).withRsv(4));
                assertThat(pipeline.session().binaries).last().isEqualTo(text);
            }
        } finally {
            deflater.end();
        }
    }

    @Test
    void readsAMessageWhoseSenderEndedItsStream() {
        byte[] hello = ClientFrame.hex("f348cdc9c9070000");
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(
                    ClientFrame.of(1, hello).withRsv(4),
                    ClientFrame.of(1, hello).withRsv(4));

            assertThat(pipeline.session().events).containsExactly("open", "text Hello", "text Hello");
        }
    }

    @Test
    void readsAMessageInTwoBlocks() {
        byte[] hello = ClientFrame.hex("f248050000 00ffff cac9c90700");
        try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
            pipeline.receive(ClientFrame.of(1, hello).withRsv(4));

            assertThat(pipeline.session().events).containsExactly("open", "text Hello");
        }
    }

    /** {@link MessageInflaterTest} cuts more, and anywhere. */
    @Test
    void closesOnceAtAMessageThatIsCutShortAndHandsNothingOn() {
        byte[] packed = ClientFrame.deflated("all work and no play ".repeat(30).getBytes(StandardCharsets.UTF_8));
        for (int length = 0; length < packed.length; length++) {
            try (ProductionPipeline pipeline = ProductionPipeline.deflating()) {
                byte[] part = Arrays.copyOf(packed, length);
                pipeline.receive(
                        ClientFrame.of(1, part).withRsv(4),
                        ClientFrame.of(1, part).withRsv(4));

                assertThat(pipeline.frames())
                        .as("cut after %s bytes", length)
                        .singleElement()
                        .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1007));
                assertThat(pipeline.session().events).containsExactly("open", "closing 1007");
            }
        }
    }

    @Test
    void boundsTheSumOfTheFragments() {
        byte[] packed = ClientFrame.deflated("a".repeat(5_000).getBytes(StandardCharsets.UTF_8));
        try (ProductionPipeline pipeline =
                ProductionPipeline.deflating("websocket.max-message=2KiB", "limits.message=64")) {
            for (int at = 0; at < packed.length; at++) {
                byte[] one = Arrays.copyOfRange(packed, at, at + 1);
                pipeline.receive(new ClientFrame(at == packed.length - 1, at == 0 ? 4 : 0, at == 0 ? 1 : 0, one));
            }

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1009));
        }
    }

    @Test
    void inflatesUpToTheBoundAndNoFurther() {
        String[] bounds = {
            "websocket.max-message=2KiB",
            "limits.message=64",
            "websocket.compression.max-inflated=4KiB",
            "websocket.compression.max-ratio=0"
        };
        for (int length : new int[] {2_048, 2_049, 4_096, 4_097, 50_000}) {
            try (ProductionPipeline pipeline = ProductionPipeline.deflating(bounds)) {
                pipeline.receive(ClientFrame.compressed("a".repeat(length)));

                Optional<ServerFrame> close = pipeline.frame();
                assertThat(close.map(ServerFrame::closeCode))
                        .as("%s bytes", length)
                        .isEqualTo(length <= 2_048 ? Optional.empty() : Optional.of(1009));
            }
        }
    }

    private static String negotiated(String offer) {
        try (ProductionPipeline pipeline = ProductionPipeline.open("websocket.compression.enabled=true")) {
            return pipeline.upgrade(RawRequest.upgrade("/ws", "Sec-WebSocket-Extensions: " + offer))
                    .header("sec-websocket-extensions");
        }
    }
}
