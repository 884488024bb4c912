package io.magpie.bench.compare.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class PayloadsTest {
    @Test
    void saysWhichMessageItIs() throws DeliveryFault {
        for (int message : new int[] {0, 1, 255, 70_000, Integer.MAX_VALUE}) {
            assertThat(Payloads.messageOf(Payloads.of(message), 0, Payloads.LENGTH))
                    .isEqualTo(message);
        }
    }

    @Test
    void isPrintableWithoutQuotes() {
        assertThat(new String(Payloads.of(1234), StandardCharsets.US_ASCII))
                .hasSize(128)
                .matches("000004d2[ a-z]{120}");
    }

    @Test
    void compressesSomewhatButNotToNothing() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(Payloads.of(5));
        }
        assertThat(out.size()).isBetween(70, 120);
    }

    @Test
    void refusesWhatNobodyPublished() {
        byte[] payload = Payloads.of(7);
        payload[100] ^= 1;
        assertThatThrownBy(() -> Payloads.messageOf(payload, 0, payload.length)).isInstanceOf(DeliveryFault.class);
        assertThatThrownBy(() -> Payloads.messageOf(payload, 0, 20)).isInstanceOf(DeliveryFault.class);
    }
}
