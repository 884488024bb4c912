package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "20s, PT20S",
        "20 s, PT20S",
        "2m, PT2M",
        "1h, PT1H",
        "0s, PT0S",
        "3S, PT3S",
        "PT20S, PT20S",
        "PT1M30S, PT1M30S"
    })
    void readsShortAndIsoForms(String text, Duration expected) {
        assertThat(converter.convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "s", "1.5s", "-3s", "20 sec", "1d", "99999999999999999999s"})
    void refusesOthersAndSaysWhatToWrite(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("500ms, 20s, 2m, 1h or PT20S");
    }
}
