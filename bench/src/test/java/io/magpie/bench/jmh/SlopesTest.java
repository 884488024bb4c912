package io.magpie.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.jmh.Slopes.Point;
import io.magpie.bench.jmh.Slopes.Slope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlopesTest {
    @Test
    void whatABroadcastCostsHoweverLargeTheRoomFallsOut() {
        Point small = new Point("x", 100, 1_500, 800);
        Point large = new Point("x", 1_000, 10_500, 44_000);
        Slope slope = new Slope(10, 48);
        assertThat(Slopes.between(small, large)).isEqualTo(slope);
        assertThat(Slopes.between(large, small)).isEqualTo(slope);
    }

    @Test
    void theTargetAllowsForRoundingOnly() {
        Slope netty = new Slope(100, 152);
        assertThat(Slopes.holds(new Slope(120, 152.1), netty)).isTrue();
        assertThat(Slopes.holds(new Slope(120, 160), netty)).isFalse();
        assertThat(Slopes.holds(new Slope(120, Double.NaN), netty)).isFalse();
    }

    @Test
    void saysNothingWhereNoBroadcastWasMeasured() {
        StringWriter out = new StringWriter();
        Slopes.of(List.of()).print(new PrintWriter(out));
        assertThat(out.toString()).isEmpty();
        assertThat(Slopes.of(List.of()).all()).isEmpty();
    }
}
