package io.magpie.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {
    @ParameterizedTest
    @CsvSource({"5, 6", "125, 6", "126, 8", "15000, 8"})
    void aClientFrameIsMaskedWithZeros(int length, int header) {
        ByteBuf out = Unpooled.buffer();
        Wire.frame(out, Wire.TEXT, Unpooled.wrappedBuffer(new byte[length]));
        assertThat(out.readableBytes()).isEqualTo(header + length);
        assertThat(out.getByte(0)).isEqualTo((byte) 0x81);
        assertThat(out.getByte(1) & 0x80).isEqualTo(0x80);
        assertThat(Wire.payloadLength(out)).isEqualTo(length);
    }

    @Test
    void theHeadersOfServerFramesAreReadWhenTheyAreWhole() {
        assertThat(Wire.headerLength(bytes(0x81))).isEqualTo(Wire.INCOMPLETE);
        assertThat(Wire.headerLength(bytes(0x81, 5))).isEqualTo(2);
        assertThat(Wire.headerLength(bytes(0x81, 126, 1))).isEqualTo(Wire.INCOMPLETE);
        ByteBuf large = bytes(0x88, 127, 0, 0, 0, 0, 0, 1, 0, 2);
        assertThat(Wire.headerLength(large)).isEqualTo(10);
        assertThat(Wire.payloadLength(large)).isEqualTo(65_538);
        assertThat(Wire.opcode(large)).isEqualTo(Wire.CLOSE);
    }

    @Test
    void anAnswerToTheUpgradeIsReadToItsEmptyLine() {
        ByteBuf answer = text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n!");
        assertThat(Wire.headLength(answer)).isEqualTo(answer.readableBytes() - 1);
        assertThat(Wire.upgraded(answer)).isTrue();
        assertThat(Wire.upgraded(text("HTTP/1.1 503 Service Unavailable\r\n\r\n")))
                .isFalse();
        assertThat(Wire.headLength(text("HTTP/1.1 101 Swit"))).isEqualTo(Wire.INCOMPLETE);
    }

    private static ByteBuf bytes(int... values) {
        ByteBuf out = Unpooled.buffer();
        for (int value : values) {
            out.writeByte(value);
        }
        return out;
    }

    private static ByteBuf text(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
