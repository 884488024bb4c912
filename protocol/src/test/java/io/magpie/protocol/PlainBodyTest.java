package io.magpie.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainBodyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"hi\" | hi",
                "\"大厅 👋\" | 大厅 👋",
                "\"a\\\"\\u5927\\/\" | a\"大/",
                "\"\\\\n\" | \\n",
                "{ \"a\":1 } | { \"a\":1 }",
                "[\"x\"] | [\"x\"]",
                "12 | 12",
                "null | null"
            })
    void isTheStringItselfOrItsJson(String data, String text) {
        PlainBody plain = PlainBody.of(new Body.Json(Frames.utf8(data)));

        assertThat(plain.binary()).isFalse();
        assertThat(Frames.text(plain.bytes())).isEqualTo(text);
    }

    @Test
    void isEmptyForAnEmptyString() {
        assertThat(PlainBody.of(new Body.Json(Frames.utf8("\"\""))).bytes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"63e5a4a7, 大", "a1616101, '{\"a\":1}'", "f6, null", "420001, AAE="})
    void isTheSameForCbor(String data, String text) {
        PlainBody plain = PlainBody.of(new Body.Cbor(Frames.hex(data)));

        assertThat(plain.binary()).isFalse();
        assertThat(Frames.text(plain.bytes())).isEqualTo(text);
    }

    @Test
    void isWhatPlainClientsSentByteForByte() {
        byte[] bytes = {0, 1, (byte) 0xff};

        assertThat(PlainBody.of(new Body.Binary(bytes)).binary()).isTrue();
        assertThat(PlainBody.of(new Body.Binary(bytes)).bytes()).isSameAs(bytes);
        assertThat(PlainBody.of(new Body.Text(bytes)).binary()).isFalse();
        assertThat(PlainBody.of(new Body.Text(bytes)).bytes()).isSameAs(bytes);
    }

    @Test
    void refusesABodyThatIsNotWhatItsTypeSays() {
        assertThatIllegalArgumentException().isThrownBy(() -> PlainBody.of(new Body.Json(Frames.utf8("\"\\x\""))));
        assertThatIllegalArgumentException().isThrownBy(() -> PlainBody.of(new Body.Cbor(Frames.hex("62 61"))));
    }
}
