package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCursorTest {
    private final FrameCursor cursor = new FrameCursor();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 100_000})
    void readsEveryLength(int length) throws DeliveryFault {
        ByteBuffer in = ServerFrames.text(new byte[length]);
        assertThat(cursor.at(in, 0, in.limit())).isTrue();
        assertThat(cursor.end() - cursor.payload()).isEqualTo(length);
        assertThat(cursor.end()).isEqualTo(in.limit());
        assertThat(cursor.isData()).isTrue();
        assertThat(cursor.copyPayload(in)).hasSize(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 200, 70_000})
    void waitsForTheWholeFrame(int length) throws DeliveryFault {
        ByteBuffer in = ServerFrames.text(new byte[length]);
        for (int limit = 0; limit < in.limit(); limit += limit < 12 ? 1 : 997) {
            assertThat(cursor.at(in, 0, limit)).as("limit %d", limit).isFalse();
        }
    }

    @Test
    void goesFromFrameToFrame() throws DeliveryFault {
        ByteBuffer in = ServerFrames.join(
                ServerFrames.text("one".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                ServerFrames.frame(FrameCursor.PING, new byte[4]),
                ServerFrames.text(new byte[300]));
        assertThat(cursor.at(in, 0, in.limit())).isTrue();
        assertThat(cursor.copyPayload(in)).asString().isEqualTo("one");
        assertThat(cursor.at(in, cursor.end(), in.limit())).isTrue();
        assertThat(cursor.opcode()).isEqualTo(FrameCursor.PING);
        assertThat(cursor.isData()).isFalse();
        assertThat(cursor.at(in, cursor.end(), in.limit())).isTrue();
        assertThat(cursor.end()).isEqualTo(in.limit());
        assertThat(cursor.at(in, cursor.end(), in.limit())).isFalse();
    }

    @Test
    void tellsCompressedFrames() throws DeliveryFault {
        ByteBuffer in = ServerFrames.text(new byte[5]);
        in.put(0, (byte) (in.get(0) | 0x40));
        assertThat(cursor.at(in, 0, in.limit())).isTrue();
        assertThat(cursor.compressed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01_03, 0xa1_03, 0x91_03, 0x81_83})
    void refusesFragmentsReservedBitsAndMasks(int header) {
        ByteBuffer in = ByteBuffer.allocate(16).putShort(0, (short) header);
        assertThatThrownBy(() -> cursor.at(in, 0, 16)).isInstanceOf(DeliveryFault.class);
    }

    @Test
    void refusesAHugeFrame() {
        ByteBuffer in =
                ByteBuffer.allocate(16).put(0, (byte) 0x81).put(1, (byte) 127).putLong(2, -1);
        assertThatThrownBy(() -> cursor.at(in, 0, 16))
                .isInstanceOf(DeliveryFault.class)
                .hasMessageContaining("18446744073709551615 bytes");
    }
}
