package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static final int RUN = 0xCAFE0123;

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void readsBackWhatItStamped(Encoding encoding) {
        Payload payload = new Payload(encoding, RUN, 128, 1);
        byte[] bytes = payload.stamp(0xFFFF_FFFFL, 77, -123_456_789_012L);
        assertThat(payload.ours(bytes)).isTrue();
        assertThat(payload.intact(bytes)).isTrue();
        assertThat(payload.publisher(bytes)).isEqualTo(0xFFFF_FFFFL);
        assertThat(payload.number(bytes)).isEqualTo(77);
        assertThat(payload.intended(bytes)).isEqualTo(-123_456_789_012L);
        assertThat(bytes).hasSize(payload.length());
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 41, 255, 256, 65_535, 65_536})
    void isAStringOfTheSizeInEveryEncoding(int size) throws IOException {
        byte[] json = new Payload(Encoding.JSON, RUN, size, 1).stamp(1, 2, 3);
        byte[] cbor = new Payload(Encoding.CBOR, RUN, size, 1).stamp(1, 2, 3);
        byte[] plain = new Payload(Encoding.PLAIN, RUN, size, 1).stamp(1, 2, 3);
        String text = new ObjectMapper().readTree(json).textValue();
        assertThat(text).hasSize(size).startsWith("cafe0123" + "00000001" + "00000002" + "0000000000000003");
        assertThat(new ObjectMapper(new CBORFactory()).readTree(cbor).textValue())
                .isEqualTo(text);
        assertThat(plain).asString().isEqualTo(text);
    }

    @Test
    void makesTheBodyOfItsEncoding() {
        assertThat(new Payload(Encoding.JSON, RUN, 40, 1).body(1, 2, 3)).isInstanceOf(Body.Json.class);
        assertThat(new Payload(Encoding.CBOR, RUN, 40, 1).body(1, 2, 3)).isInstanceOf(Body.Cbor.class);
    }

    @Test
    void tellsRunsApart() {
        byte[] other = new Payload(Encoding.JSON, RUN + 1, 64, 1).stamp(1, 2, 3);
        Payload payload = new Payload(Encoding.JSON, RUN, 64, 1);
        assertThat(payload.ours(other)).isFalse();
        assertThat(payload.ours(new byte[0])).isFalse();
        assertThat(payload.ours("\"hello\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void noticesAnyChangedByteButOneHexDigitForAnother(Encoding encoding) {
        Payload payload = new Payload(encoding, RUN, 64, 1);
        byte[] bytes = payload.stamp(1, 2, 3);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] = '!';
            assertThat(payload.ours(changed) && payload.intact(changed))
                    .as("byte %d", i)
                    .isFalse();
        }
    }

    @Test
    void noticesAMissingOrAddedByte() {
        Payload payload = new Payload(Encoding.PLAIN, RUN, 64, 1);
        byte[] bytes = payload.stamp(1, 2, 3);
        assertThat(payload.intact(Arrays.copyOf(bytes, 63))).isFalse();
        assertThat(payload.intact(Arrays.copyOf(bytes, 65))).isFalse();
    }

    @Test
    void padsByTheSeed() {
        byte[] one = new Payload(Encoding.PLAIN, RUN, 64, 1).stamp(1, 2, 3);
        assertThat(new Payload(Encoding.PLAIN, RUN, 64, 1).stamp(1, 2, 3)).isEqualTo(one);
        assertThat(new Payload(Encoding.PLAIN, RUN, 64, 2).stamp(1, 2, 3)).isNotEqualTo(one);
    }
}
