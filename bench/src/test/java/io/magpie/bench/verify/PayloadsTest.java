package io.magpie.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadsTest {
    private final Payloads payloads = new Payloads(7, 100);

    @Test
    void aBodyTellsItsMessage() {
        byte[] body = payloads.body(Payloads.name(3, 14));
        assertThat(body).hasSizeBetween(100, 104);
        assertThat(payloads.name(body)).isEqualTo("3-14");
    }

    @Test
    void aChangedByteMakesNoMessageOfIt() {
        byte[] body = payloads.body("3-14");
        for (int i = 0; i < body.length; i++) {
            byte[] changed = body.clone();
            changed[i] ^= 1;
            assertThat(payloads.name(changed)).startsWith("damaged ");
        }
    }

    @Test
    void anotherRunsMessageIsNoMessageOfThisOne() {
        assertThat(payloads.name(new Payloads(8, 100).body("3-14"))).startsWith("damaged ");
    }
}
