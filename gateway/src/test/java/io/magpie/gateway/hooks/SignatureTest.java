package io.magpie.gateway.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final byte[] BODY = "{\"question\":\"join\"}".getBytes(StandardCharsets.UTF_8);

    /** Made with Python's hmac. */
    @Test
    void signsTheTimestampADotAndTheBody() {
        assertThat(new Signature("0123456789abcdef").of("1700000000", BODY))
                .isEqualTo("v1=576bacd5e86a396133fbf6289d3403695f56a3a03dce61a1ebc4c3456f014159");
    }

    @Test
    void dependsOnAllOfThem() {
        String signature = new Signature("0123456789abcdef").of("1700000000", BODY);

        assertThat(new Signature("0123456789abcdeg").of("1700000000", BODY)).isNotEqualTo(signature);
        assertThat(new Signature("0123456789abcdef").of("1700000001", BODY)).isNotEqualTo(signature);
        assertThat(new Signature("0123456789abcdef").of("1700000000", new byte[0]))
                .isNotEqualTo(signature);
    }
}
