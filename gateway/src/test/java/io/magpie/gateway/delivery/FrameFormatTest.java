package io.magpie.gateway.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.magpie.protocol.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFormatTest {
    @ParameterizedTest
    @EnumSource(FrameFormat.class)
    void isFoundByItsEncodingAndWindow(FrameFormat format) {
        FrameFormat found = format.deflate()
                ? FrameFormat.deflated(format.encoding(), format.windowBits())
                : FrameFormat.of(format.encoding());

        assertThat(found).isSameAs(format);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 7, 16})
    void hasNoFormatForAWindowThatCannotBe(int bits) {
        assertThatThrownBy(() -> FrameFormat.deflated(Encoding.JSON, bits))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fitsIntoASet() {
        int all = 0;
        for (FrameFormat format : FrameFormat.values()) {
            assertThat(all & format.bit()).isZero();
            assertThat(FrameFormat.firstOf(format.bit())).isSameAs(format);
            all |= format.bit();
        }
        assertThat(Integer.bitCount(all)).isEqualTo(FrameFormat.COUNT);
        assertThat(FrameFormat.firstOf(all)).isSameAs(FrameFormat.JSON);
    }
}
