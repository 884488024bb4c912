package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 8100",
        "1, 8101",
        "125, 817d",
        "126, 817e007e",
        "65535, 817effff",
        "65536, 817f0000000000010000",
        "2147483647, 817f000000007fffffff"
    })
    void writesTheShortestHeaderForALength(int length, String header) {
        ByteBuf out = Unpooled.buffer();
        Frames.header(out, Frames.TEXT, false, length);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(header);
        assertThat(Frames.headerLength(length)).isEqualTo(out.readableBytes());
    }

    @ParameterizedTest
    @CsvSource({"1, false, 81", "2, false, 82", "8, false, 88", "9, false, 89", "10, false, 8a", "1, true, c1"})
    void writesFinalFramesWithTheirOpcodeAndCompression(int opcode, boolean compressed, String first) {
        ByteBuf out = Unpooled.buffer();
        Frames.header(out, opcode, compressed, 0);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(first + "00");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
    void endsAFrameOfALengthThatWasNotKnownBefore(int length) {
        ByteBuf out = Unpooled.buffer();
        int payload = Frames.begin(out);
        for (int i = 0; i < length; i++) {
            out.writeByte(i);
        }
        Frames.end(out, payload, Frames.BINARY, false);

        ByteBuf expected = Unpooled.buffer();
        Frames.header(expected, Frames.BINARY, false, length);
        for (int i = 0; i < length; i++) {
            expected.writeByte(i);
        }
        assertThat(out).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 65_535, 65_536})
    void writesWhatAnotherImplementationReads(int length) {
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(100_000)
                .build()));
        ByteBuf out = Unpooled.buffer();
        Frames.header(out, Frames.BINARY, false, length);
        client.writeInbound(out.writeZero(length));

        WebSocketFrame frame = client.readInbound();
        assertThat(frame.isFinalFragment()).isTrue();
        assertThat(frame.content().readableBytes()).isEqualTo(length);
        frame.release();
        assertThat(client.finishAndReleaseAll()).isFalse();
    }

    @Test
    void writesFramesOneAfterTheOtherIntoOneBuffer() {
        ByteBuf out = Unpooled.buffer();
        Frames.header(out, Frames.TEXT, false, 1);
        out.writeByte('a');
        Frames.header(out, Frames.TEXT, false, 1);
        out.writeByte('b');

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("810161" + "810162");
    }
}
