package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class InflationTest {
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

    @Test
    void inflatesMessagesThatReferToEarlierOnes() throws DeliveryFault {
        try (Inflation inflation = new Inflation(true)) {
            byte[] first = deflate(Payloads.of(1));
            byte[] again = deflate(Payloads.of(1));
            assertThat(again).hasSizeLessThan(first.length / 2);
            assertThat(inflation.inflate(first)).isEqualTo(Payloads.of(1));
            assertThat(inflation.inflate(again)).isEqualTo(Payloads.of(1));
        }
    }

    @Test
    void inflatesEachMessageAlone() throws DeliveryFault {
        try (Inflation inflation = new Inflation(false)) {
            for (int i = 0; i < 3; i++) {
                deflater.reset();
                assertThat(inflation.inflate(deflate(Payloads.of(i)))).isEqualTo(Payloads.of(i));
            }
        }
    }

    @Test
    void inflatesMoreThanItsChunk() throws DeliveryFault {
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 'x');
        try (Inflation inflation = new Inflation(false)) {
            assertThat(inflation.inflate(deflate(large))).isEqualTo(large);
        }
    }

    @Test
    void refusesGarbage() {
        try (Inflation inflation = new Inflation(false)) {
            assertThatThrownBy(() -> inflation.inflate(new byte[] {7, 7, 7})).isInstanceOf(DeliveryFault.class);
        }
    }

    private byte[] deflate(byte[] message) {
        byte[] out = new byte[message.length + 64];
        deflater.setInput(message);
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out, length - 4);
    }
}
