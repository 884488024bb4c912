package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RatesTest {
    @Test
    void aPeakIsFoundWhereverItBegins() {
        List<Long> times = List.of(0L, 900L, 950L, 1_000L, 1_050L, 1_899L, 5_000L);
        assertThat(Rates.peak(times, 1_000)).isEqualTo(5);
        assertThat(Rates.peak(times, 100)).isEqualTo(2);
        assertThat(Rates.peak(List.of(), 1_000)).isZero();
    }

    @Test
    void whatIsASpanApartIsNotInOneSpan() {
        assertThat(Rates.peak(List.of(0L, 1_000L, 2_000L), 1_000)).isEqualTo(1);
        assertThat(Rates.peak(List.of(0L, 999L, 2_000L), 1_000)).isEqualTo(2);
    }

    @Test
    void bucketsCountFromZeroAndLeaveOutWhatIsLater() {
        assertThat(Rates.buckets(List.of(0L, 999L, 1_000L, 2_500L, 3_000L), 1_000, 3))
                .containsExactly(2, 1, 1);
        assertThat(Rates.middles(1_000, 2)).containsExactly(0.5, 1.5);
    }

    @Test
    void quantilesAreValuesThatWereThere() {
        List<Long> values = List.of(40L, 10L, 30L, 20L);
        assertThat(Rates.quantile(values, 0)).isEqualTo(10);
        assertThat(Rates.quantile(values, 0.5)).isEqualTo(30);
        assertThat(Rates.quantile(values, 1)).isEqualTo(40);
        assertThat(Rates.quantile(List.of(), 0.5)).isZero();
    }
}
