package io.magpie.gateway.transport;

import static io.magpie.gateway.transport.ClientFrame.hex;
import static io.magpie.gateway.transport.ClientFrame.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to break the frame protocol ends in exactly one close frame with the right code, and soon in silence. */
class FrameViolationTest {
    private static final String MASK = "1a2b3c4d";

    @ParameterizedTest(name = "{0} → {1}")
    @MethodSource({"violations", "violationsOfCompression"})
    void closesOnceWithTheRightCode(String name, int code, byte[] bytes) {
        boolean compression = name.startsWith("deflate");
        try (ProductionPipeline pipeline =
                compression ? ProductionPipeline.deflating() : ProductionPipeline.upgraded()) {
            pipeline.receive(bytes);
            pipeline.receive(ClientFrame.text("more"), ClientFrame.close(1000, ""));
            pipeline.pass(Duration.ofSeconds(1));

            List<ServerFrame> frames = pipeline.frames();
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0).isClose()).isTrue();
            assertThat(frames.get(0).closeCode()).as("%s", frames).isEqualTo(code);
            assertThat(frames.get(0).closeReason()).isNotBlank();
            assertThat(pipeline.isOpen()).isFalse();
            assertThat(pipeline.session().events).containsExactly("open", "closing " + code, "closed");
            assertThat(pipeline.metric("magpie.closes", "code", "" + code)).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0} → {1}")
    @MethodSource("violations")
    void closesOnceWhenTheBytesComeOneByOne(String name, int code, byte[] bytes) {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("websocket.max-message=8KiB", "limits.message=1KiB")) {
            int sent = Math.min(bytes.length, 20_000);
            for (int i = 0; i < sent; i++) {
                pipeline.receive(new byte[] {bytes[i]});
            }

            assertThat(pipeline.frames())
                    .as(name)
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(code));
        }
    }

    @ParameterizedTest(name = "{0} → {1}")
    @MethodSource("violations")
    void judgesTheSameWhereCompressionIsOnButWasNotNegotiated(String name, int code, byte[] bytes) {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.compression.enabled=true")) {
            pipeline.receive(bytes);

            assertThat(pipeline.frames())
                    .as(name)
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(code));
        }
    }

    static Stream<Arguments> violations() {
        byte[] begin = ClientFrame.text("part").notFinal().bytes();
        return Stream.of(
                        Stream.of(
                                arguments("unmasked text", 1002, hex("8105 48656c6c6f")),
                                arguments("unmasked close", 1002, hex("8800")),
                                arguments(
                                        "RSV1",
                                        1002,
                                        ClientFrame.text("a").withRsv(4).bytes()),
                                arguments(
                                        "RSV2",
                                        1002,
                                        ClientFrame.text("a").withRsv(2).bytes()),
                                arguments(
                                        "RSV3",
                                        1002,
                                        ClientFrame.text("a").withRsv(1).bytes()),
                                arguments(
                                        "RSV1 on ping",
                                        1002,
                                        ClientFrame.ping("a").withRsv(4).bytes()),
                                arguments(
                                        "RSV2 on pong",
                                        1002,
                                        ClientFrame.pong("a").withRsv(2).bytes()),
                                arguments(
                                        "RSV1 on close",
                                        1002,
                                        ClientFrame.close(1000, "").withRsv(4).bytes()),
                                arguments(
                                        "RSV1 on continuation",
                                        1002,
                                        join(
                                                begin,
                                                ClientFrame.continuation("a")
                                                        .withRsv(4)
                                                        .bytes())),
                                arguments("opcode 11 of 2^40 bytes", 1002, hex("8bff 0000010000000000" + MASK)),
                                arguments("opcode 3 of 2^40 bytes", 1002, hex("83ff 0000010000000000" + MASK)),
                                arguments("opcode 7 of 2^40 bytes", 1002, hex("87ff 0000010000000000" + MASK)),
                                arguments("opcode 15 of 2^40 bytes", 1002, hex("8fff 0000010000000000" + MASK)),
                                arguments("length 65,537", 1009, hex("82ff 0000000000010001" + MASK)),
                                arguments("length 2^63-1", 1009, hex("82ff 7fffffffffffffff" + MASK)),
                                arguments("length with its highest bit", 1002, hex("82ff ffffffffffffffff" + MASK)),
                                arguments("length 5 in 16 bits", 1002, hex("81fe 0005" + MASK + "0000000000")),
                                arguments("length 300 in 64 bits", 1002, hex("81ff 000000000000012c" + MASK)),
                                arguments(
                                        "ping of 126 bytes",
                                        1002,
                                        ClientFrame.ping("a".repeat(126)).bytes()),
                                arguments(
                                        "ping in parts",
                                        1002,
                                        ClientFrame.ping("a").notFinal().bytes()),
                                arguments(
                                        "close in parts",
                                        1002,
                                        ClientFrame.close(1000, "").notFinal().bytes()),
                                arguments(
                                        "close of one byte",
                                        1002,
                                        ClientFrame.of(8, new byte[1]).bytes()),
                                arguments(
                                        "close with a reason that is no UTF-8",
                                        1007,
                                        ClientFrame.of(8, hex("03e8 c328")).bytes()),
                                arguments(
                                        "continuation of nothing",
                                        1002,
                                        ClientFrame.continuation("a").bytes()),
                                arguments(
                                        "data inside a message",
                                        1002,
                                        join(begin, ClientFrame.text("a").bytes())),
                                arguments(
                                        "too many fragments",
                                        1008,
                                        join(
                                                begin,
                                                repeat(
                                                        2_000,
                                                        ClientFrame.continuation("x")
                                                                .notFinal()))),
                                arguments(
                                        "too many empty fragments",
                                        1008,
                                        join(
                                                begin,
                                                repeat(
                                                        2_000,
                                                        ClientFrame.continuation("")
                                                                .notFinal()))),
                                arguments(
                                        "70 KB in parts of 2 KB",
                                        1009,
                                        join(
                                                begin,
                                                repeat(
                                                        35,
                                                        ClientFrame.continuation("x".repeat(2_000))
                                                                .notFinal()))),
                                arguments(
                                        "70 KB in parts of 1 KB",
                                        1009,
                                        join(
                                                begin,
                                                repeat(
                                                        70,
                                                        ClientFrame.continuation("x".repeat(1_024))
                                                                .notFinal())))),
                        IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
                                .mapToObj(opcode -> arguments(
                                        "opcode " + opcode,
                                        1002,
                                        ClientFrame.of(opcode, new byte[3]).bytes())),
                        IntStream.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
                                .mapToObj(code -> arguments(
                                        "close with code " + code,
                                        1002,
                                        ClientFrame.close(code, "").bytes())),
                        Stream.of("80", "c0af", "c328", "eda080", "f4908080", "61ff", "e282", "f09f98")
                                .map(digits -> arguments(
                                        "text of bytes " + digits,
                                        1007,
                                        ClientFrame.of(1, hex(digits)).bytes())),
                        Stream.of(arguments(
                                "text with a bad byte in its second part",
                                1007,
                                join(begin, ClientFrame.of(0, hex("ff")).bytes()))))
                .flatMap(cases -> cases);
    }

    static Stream<Arguments> violationsOfCompression() {
        byte[] bomb = ClientFrame.compressed("a".repeat(1_000_000)).bytes();
        byte[] badUtf8 = ClientFrame.deflated(hex("c3 28 61 62 63"));
        return Stream.of(
                arguments(
                        "deflate: RSV2", 1002, ClientFrame.text("a").withRsv(2).bytes()),
                arguments(
                        "deflate: RSV1 and RSV3",
                        1002,
                        ClientFrame.compressed("a").withRsv(5).bytes()),
                arguments(
                        "deflate: RSV1 on ping",
                        1002,
                        ClientFrame.ping("a").withRsv(4).bytes()),
                arguments(
                        "deflate: RSV1 on close",
                        1002,
                        ClientFrame.close(1000, "").withRsv(4).bytes()),
                arguments(
                        "deflate: RSV1 on continuation",
                        1002,
                        join(
                                ClientFrame.compressed("a").notFinal().bytes(),
                                ClientFrame.continuation("a").withRsv(4).bytes())),
                arguments("deflate: a bomb", 1009, bomb),
                arguments(
                        "deflate: 60 KB of one character",
                        1009,
                        ClientFrame.compressed("a".repeat(60_000)).bytes()),
                arguments(
                        "deflate: nothing at all",
                        1007,
                        ClientFrame.of(1, new byte[0]).withRsv(4).bytes()),
                arguments(
                        "deflate: a message that is cut short",
                        1007,
                        ClientFrame.of(1, hex("f248cdc9")).withRsv(4).bytes()),
                arguments(
                        "deflate: garbage",
                        1007,
                        ClientFrame.of(1, hex("ff ff ff ff ff")).withRsv(4).bytes()),
                arguments(
                        "deflate: a reserved block type",
                        1007,
                        ClientFrame.of(2, hex("07 00 00")).withRsv(4).bytes()),
                arguments(
                        "deflate: text that is no UTF-8",
                        1007,
                        ClientFrame.of(1, badUtf8).withRsv(4).bytes()));
    }

    @Test
    void closesTheTcpConnectionSoonThoughTheClientNeverAnswers() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.receive(ClientFrame.text("a").withRsv(2));
            assertThat(pipeline.isOpen())
                    .as("the close frame can still be read")
                    .isTrue();

            pipeline.pass(Duration.ofSeconds(1));
            assertThat(pipeline.isOpen()).isFalse();
        }
    }

    @Test
    void saysTooLargeAtTheHeaderBeforeThePayloadComes() {
        try (ProductionPipeline pipeline =
                ProductionPipeline.upgraded("websocket.max-message=2KiB", "limits.message=64")) {
            pipeline.receive(hex("81fe 0801" + MASK));

            assertThat(pipeline.frames())
                    .singleElement()
                    .satisfies(frame -> assertThat(frame.closeCode()).isEqualTo(1009));
        }
    }

    @Test
    void takesWhatIsJustWithinTheLimits() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded(
                "websocket.max-message=2KiB", "limits.message=64", "websocket.max-fragments=4")) {
            String large = "a".repeat(2_048);
            pipeline.receive(ClientFrame.text(large));
            pipeline.receive(
                    ClientFrame.text("a".repeat(512)).notFinal(),
                    ClientFrame.continuation("").notFinal(),
                    ClientFrame.continuation("a".repeat(512)).notFinal(),
                    ClientFrame.continuation("a".repeat(1_024)));

            assertThat(pipeline.session().events).containsExactly("open", "text " + large, "text " + large);
        }
    }

    @Test
    void countsFragmentsOfEachMessageAnew() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded("websocket.max-fragments=2")) {
            for (int i = 0; i < 5; i++) {
                pipeline.receive(ClientFrame.text("a").notFinal(), ClientFrame.ping(""), ClientFrame.continuation("b"));
            }

            assertThat(pipeline.session().events).hasSize(6).endsWith("text ab", "text ab");
        }
    }

    @Test
    void takesTextThatIsCutWithinACharacter() {
        byte[] text = "大😀é".getBytes(StandardCharsets.UTF_8);
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            for (int cut = 0; cut <= text.length; cut++) {
                pipeline.receive(
                        ClientFrame.of(1, Arrays.copyOf(text, cut)).notFinal(),
                        ClientFrame.of(0, Arrays.copyOfRange(text, cut, text.length)));
            }

            assertThat(pipeline.session().events)
                    .hasSize(text.length + 2)
                    .filteredOn(event -> !event.equals("open"))
                    .containsOnly("text 大😀é");
        }
    }

    @Test
    void endsTheConnectionWhoseSessionFails() {
        try (ProductionPipeline pipeline = ProductionPipeline.upgraded()) {
            pipeline.session().failNext();
            pipeline.receive(ClientFrame.text("a"), ClientFrame.text("b"));

            assertThat(pipeline.frames()).singleElement().satisfies(frame -> {
                assertThat(frame.closeCode()).isEqualTo(1011);
                assertThat(frame.closeReason()).doesNotContain("planned");
            });
        }
    }

    private static byte[] repeat(int times, ClientFrame frame) {
        byte[] one = frame.bytes();
        byte[][] all = new byte[times][];
        Arrays.fill(all, one);
        return join(all);
    }
}
