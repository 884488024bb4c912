package io.magpie.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyRecorderTest {
    private final LatencyRecorder recorder = new LatencyRecorder();

    @Test
    void recordsNothingBeforeMeasuringBegins() {
        recorder.delivered(10, 20);
        assertThat(recorder.sent(10, 20)).isFalse();
        recorder.measureFrom(100);
        recorder.delivered(99, 200);
        assertThat(recorder.sent(99, 200)).isFalse();
        assertThat(recorder.deliveries().getTotalCount()).isZero();
        assertThat(recorder.lags().getTotalCount()).isZero();
        assertThat(recorder.lastSent()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void countsFromTheIntendedTime() {
        recorder.measureFrom(100);
        recorder.delivered(100, 350);
        assertThat(recorder.sent(100, 101)).isTrue();
        assertThat(recorder.deliveries().getMaxValue()).isEqualTo(250);
        assertThat(recorder.lags().getMaxValue()).isEqualTo(1);
        assertThat(recorder.lastSent()).isEqualTo(101);
    }

    @Test
    void keepsWhatIsOffItsScale() {
        recorder.measureFrom(0);
        recorder.delivered(0, Duration.ofDays(1).toNanos());
        recorder.delivered(5, 0);
        Histogram deliveries = recorder.deliveries();
        assertThat(deliveries.getTotalCount()).isEqualTo(2);
        assertThat(deliveries.getMinValue()).isZero();
        assertThat(deliveries.getMaxValue()).isBetween(300_000_000_000L, 301_000_000_000L);
    }

    @Test
    void mergesLoops() {
        LatencyRecorder other = new LatencyRecorder();
        recorder.measureFrom(0);
        other.measureFrom(0);
        recorder.delivered(0, 10);
        other.delivered(0, 30);
        Histogram sum = LatencyRecorder.merge(List.of(recorder, other), LatencyRecorder::deliveries);
        assertThat(sum.getTotalCount()).isEqualTo(2);
        assertThat(sum.getMaxValue()).isEqualTo(30);
    }
}
