package io.magpie.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans of time and amounts of memory as people write them. */
class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "17B, 17", "64KiB, 65536", "64 kib, 65536", "1MiB, 1048576", "2GiB, 2147483648"
    })
    void readsAmountsOfMemory(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5MiB", "64KB", "64K", "1TiB", "MiB", "1 2", "0x10", "999999999999999GiB"})
    void refusesWhatIsNoAmountOfMemory(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessageContaining("amount of memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "1023", "1KiB", "1025", "64KiB", "1MiB", "1536KiB", "3GiB"})
    void writesAmountsOfMemoryAsTheyAreRead(String text) {
        assertThat(ByteSize.parse(text)).hasToString(text);
    }

    @Test
    void boundsAmountsThatAnArrayMustHold() {
        assertThat(ByteSize.ofKiB(64).intBytes()).isEqualTo(65_536);
        assertThat(ByteSize.parse("3GiB").intBytes()).isPositive();
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteSize(-1));
    }

    @ParameterizedTest
    @CsvSource({
        "0ms, PT0S",
        "500ms, PT0.5S",
        "10s, PT10S",
        "10 s, PT10S",
        "2m, PT2M",
        "1h, PT1H",
        "36h, PT36H",
        "30d, PT720H"
    })
    void readsSpansOfTime(String text, Duration span) {
        assertThat(Durations.parse(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1.5s", "10sec", "10S", "1w", "s", "1h30m", "1234567890123s"})
    void refusesWhatIsNoSpanOfTime(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("span of time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ms", "500ms", "1500ms", "1s", "90s", "1m", "90m", "1h", "36h", "7d"})
    void writesSpansOfTimeAsTheyAreRead(String text) {
        assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
    }
}
