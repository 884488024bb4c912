package io.magpie.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "a b/c?d=e&f", "大厅", "naïve", "<script>", "{}"})
    void quotesWhatIsHarmless(String text) {
        assertThat(LogText.quote(text)).isEqualTo('"' + text + '"');
    }

    @ParameterizedTest
    @CsvSource({
        "0000, NUL",
        "0007, bell",
        "0008, backspace",
        "000a, line feed",
        "000d, carriage return",
        "001b, escape",
        "0022, quote",
        "005c, backslash",
        "007f, delete",
        "0085, next line",
        "009b, CSI",
        "00ad, soft hyphen",
        "200b, zero width space",
        "202e, right-to-left override",
        "2028, line separator",
        "2029, paragraph separator",
        "feff, byte order mark",
        "d83c, surrogate",
        "e000, private use",
        "ffff, not a character"
    })
    void escapesWhatATerminalOrALogReaderCouldActOn(String hex, String name) {
        String text = "a" + (char) Integer.parseInt(hex, 16) + "b";

        assertThat(LogText.quote(text)).as(name).isEqualTo("\"a\\u" + hex + "b\"");
    }

    @Test
    void keepsAForgedLineOnItsOwnLine() {
        String quoted = LogText.quote("x\r\n2026-01-01 ERROR \u001b[31mforged\u2028\"");

        assertThat(quoted).isEqualTo("\"x\\u000d\\u000a2026-01-01 ERROR \\u001b[31mforged\\u2028\\u0022\"");
        assertThat(quoted.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(LogText.quote("x".repeat(256))).isEqualTo('"' + "x".repeat(256) + '"');
        assertThat(LogText.quote("x".repeat(257))).isEqualTo('"' + "x".repeat(256) + "…\"");
        assertThat(LogText.quote("\u0000".repeat(100_000))).hasSize(256 * 6 + 3);
    }
}
