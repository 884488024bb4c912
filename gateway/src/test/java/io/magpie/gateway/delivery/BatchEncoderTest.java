package io.magpie.gateway.delivery;

import static io.magpie.gateway.delivery.DeliveryFixture.delivered;
import static io.magpie.gateway.delivery.DeliveryFixture.json;
import static io.magpie.gateway.delivery.DeliveryFixture.signal;
import static io.magpie.gateway.delivery.DeliveryFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.gateway.config.CompressionConfig;
import io.magpie.gateway.transport.ServerFrame;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.gateway.transport.WindowedInflater;
import io.magpie.gateway.transport.WireReader;
import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.Message;
import io.magpie.protocol.RequestId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchEncoderTest {
    private static final CompressionConfig COMPRESSION =
            TestConfig.with("websocket.compression.enabled=true").websocket().compression();

    /** No item of CBOR. */
    private static final Body BROKEN = new Body.Cbor(new byte[] {(byte) 0xFF});

    /** JSON that is deeper than frames may be. */
    private static final Body DEEP = new Body.Json(("[".repeat(20) + "]".repeat(20)).getBytes(StandardCharsets.UTF_8));

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final BatchEncoder encoder = new BatchEncoder(allocator, COMPRESSION);

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON", "CBOR", "JSON_DEFLATE", "CBOR_DEFLATE"})
    void putsABatchOfEnvelopesIntoOneFrame(FrameFormat format) {
        List<Event> events = LongStream.rangeClosed(1, 40)
                .<Event>mapToObj(seq -> json(seq, "{\"n\":" + seq + "}"))
                .toList();

        List<ServerFrame> frames = encode(format, events);

        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).opcode()).isEqualTo(format.encoding() == Encoding.JSON ? 1 : 2);
        assertThat(frames.get(0).fin()).isTrue();
        assertThat(sequence(format, frames.get(0)))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"PLAIN", "PLAIN_DEFLATE"})
    void putsEachMessageIntoAFrameOfItsOwnInPlainMode(FrameFormat format) {
        byte[] bytes = {0, -1, 127};
        List<ServerFrame> frames = encode(
                format,
                List.of(
                        text(1, "hello 大"),
                        delivered(2, new Body.Binary(bytes)),
                        json(3, "\"said \\u0041\""),
                        json(4, "{\"b\": 1}")));

        assertThat(frames).extracting(ServerFrame::opcode).containsExactly(1, 2, 1, 1);
        assertThat(frames.get(0).text()).isEqualTo("hello 大");
        assertThat(frames.get(1).payload()).isEqualTo(bytes);
        assertThat(frames.get(2).text()).isEqualTo("said A");
        assertThat(frames.get(3).text()).isEqualTo("{\"b\": 1}");
    }

    @Test
    void saysNothingToPlainMembersOfWhatHasNoPlainForm() {
        assertThat(encode(FrameFormat.PLAIN, List.of(signal("1"), signal("2")))).isEmpty();
    }

    @Test
    void carriesDataToJsonMembersByteForByte() {
        String data = "{ \"z\":1.50,\"a\" : [1e2 , \"\\u00e9\"]}";

        assertThat(encode(FrameFormat.JSON, List.of(json(1, data))).get(0).text())
                .contains("\"data\":" + data);
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON", "CBOR", "PLAIN"})
    void compressesToWhatInflatesToTheSameBytes(FrameFormat format) {
        List<Event> events = List.of(json(1, "\"" + "all work and no play ".repeat(100) + "\""));
        FrameFormat deflating = FrameFormat.deflated(format.encoding(), 15);

        ServerFrame plain = encode(format, events).get(0);
        ServerFrame compressed = encode(deflating, events).get(0);

        assertThat(plain.rsv()).isZero();
        assertThat(compressed.rsv()).isEqualTo(4);
        assertThat(compressed.payload().length).isLessThan(plain.payload().length / 5);
        assertThat(compressed.message()).isEqualTo(plain.payload());
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON", "CBOR", "PLAIN"})
    void keepsToTheWindowOfTheFormat(FrameFormat format) {
        List<Event> events = List.of(json(1, "\"" + "all work and no play ".repeat(1_000) + "\""));
        byte[] message = encode(format, events).get(0).payload();

        for (int bits = FrameFormat.MIN_WINDOW_BITS; bits <= FrameFormat.MAX_WINDOW_BITS; bits++) {
            ServerFrame frame = encode(FrameFormat.deflated(format.encoding(), bits), events)
                    .get(0);
            WindowedInflater inflated = WindowedInflater.of(frame.payload());
            assertThat(frame.rsv()).isEqualTo(4);
            assertThat(inflated.message()).isEqualTo(message);
            assertThat(inflated.furthest()).isBetween(1, 1 << bits);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON_DEFLATE", "CBOR_DEFLATE_8", "PLAIN_DEFLATE_12"})
    void leavesSmallFramesAsTheyAre(FrameFormat format) {
        assertThat(encode(format, List.of(text(1, "aaaaaaaaaaaaaaaa"))))
                .singleElement()
                .satisfies(frame -> assertThat(frame.rsv()).isZero());
    }

    @Test
    void compressesFromTheConfiguredSizeOn() {
        assertThat(encode(FrameFormat.PLAIN_DEFLATE, List.of(text(1, "a".repeat(255)), text(2, "a".repeat(256)))))
                .extracting(ServerFrame::rsv)
                .containsExactly(0, 4);
    }

    @Test
    void leavesWhatWouldNotShrinkAsItIs() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);

        assertThat(encode(FrameFormat.PLAIN_DEFLATE, List.of(delivered(1, new Body.Binary(noise)))))
                .singleElement()
                .satisfies(frame -> {
                    assertThat(frame.rsv()).isZero();
                    assertThat(frame.payload()).isEqualTo(noise);
                });
    }

    @Test
    void compressesAnyLengthToWhatInflatesToTheSameBytes() {
        for (int length : new int[] {256, 257, 1_000, 4_096, 65_535, 65_536, 200_000}) {
            String text = "abcdefgh".repeat(length / 8 + 1).substring(0, length);

            ServerFrame frame =
                    encode(FrameFormat.PLAIN_DEFLATE, List.of(text(1, text))).get(0);
            assertThat(frame.rsv()).isEqualTo(4);
            assertThat(new String(frame.message(), StandardCharsets.UTF_8)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON", "JSON_DEFLATE"})
    void releasesItsBufferWhenABodyCannotBeWritten(FrameFormat format) {
        Event broken = new Event.Signalled(DeliveryFixture.ROOM, DeliveryFixture.SENDER, BROKEN);

        assertThatThrownBy(() -> encoder.encode(format, List.of(broken))).isInstanceOf(RuntimeException.class);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameFormat.class,
            names = {"JSON", "JSON_DEFLATE", "CBOR", "CBOR_DEFLATE"})
    void tellsAGapInPlaceOfAMessageThatCannotBeWritten(FrameFormat format) {
        Body broken = format.encoding() == Encoding.JSON ? BROKEN : DEEP;

        List<ServerFrame> frames = encode(format, List.of(json(1, "1"), delivered(2, broken), json(3, "3")));

        assertThat(frames).hasSize(1);
        List<Event> events = new EventReader(format.encoding())
                .read(Unpooled.wrappedBuffer(frames.get(0).message()));
        assertThat(events).hasSize(3);
        assertThat(events.get(1)).isEqualTo(new Event.Gap(DeliveryFixture.ROOM, 2, 2, Event.GapReason.SHED));
        assertThat(List.of(events.get(0), events.get(2)))
                .extracting(event -> ((Event.Delivered) event).message().seq())
                .containsExactly(1L, 3L);
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @Test
    void showsAPageOfHistoryWithoutTheContentThatCannotBeWritten() {
        List<Message> messages = List.of(
                json(1, "1").message(),
                delivered(2, DEEP).message(),
                json(3, "3").message());
        Event page = new Event.HistoryPage(new RequestId.Number(7), DeliveryFixture.ROOM, "e", messages, true);

        ServerFrame frame = encode(FrameFormat.CBOR, List.of(page)).get(0);

        Event.HistoryPage read = (Event.HistoryPage) new EventReader(Encoding.CBOR)
                .read(Unpooled.wrappedBuffer(frame.payload()))
                .get(0);
        assertThat(read.id()).isEqualTo(new RequestId.Number(7));
        assertThat(read.more()).isTrue();
        assertThat(read.messages()).extracting(Message::seq).containsExactly(1L, 2L, 3L);
        assertThat(read.messages().get(1).body()).isEqualTo(Body.RECALLED);
        assertThat(read.messages().get(2).body()).isEqualTo(new Body.Cbor(new byte[] {3}));
    }

    private List<ServerFrame> encode(FrameFormat format, List<? extends Event> events) {
        ByteBuf out = encoder.encode(format, events);
        try {
            return new WireReader(new ByteArrayInputStream(ByteBufUtil.getBytes(out))).framesToEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            out.release();
        }
    }

    private static List<Long> sequence(FrameFormat format, ServerFrame frame) {
        return new EventReader(format.encoding())
                .read(Unpooled.wrappedBuffer(frame.message())).stream()
                        .map(event -> ((Event.Delivered) event).message().seq())
                        .toList();
    }
}
