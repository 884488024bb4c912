package io.magpie.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void hasTheMiddleOfAnOddNumber() {
        assertThat(Spread.of(List.of(5.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 5, 3));
    }

    @Test
    void hasTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
    }

    @Test
    void hasNothingOfNothing() {
        assertThat(Spread.of(List.of()).count()).isZero();
        assertThat(Spread.of(List.of()).median()).isNaN();
    }
}
