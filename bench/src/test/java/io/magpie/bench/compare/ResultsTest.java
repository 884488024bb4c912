package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.magpie.bench.measure.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Level FOUR = Level.window(4);
    private static final Contestant MAGPIE = Contestant.of("magpie-epoll");

    private final Results results = new Results(
            List.of(
                    Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 1, 1),
                    Samples.figures(Scenario.S1, "stock", FOUR, 1, 4),
                    Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 2, 2),
                    Samples.figures(Scenario.S1, "stock", FOUR, 2, 10),
                    Samples.figures(Scenario.S1, "magpie-epoll", FOUR, 3, 3)),
            List.of());

    @Test
    void formsRatiosWithinARound() {
        Spread ratio = results.ratio(Scenario.S1, FOUR, MAGPIE, Servers.STOCK, Figures::cpuMicros);
        assertThat(ratio.count()).isEqualTo(2);
        assertThat(ratio.min()).isEqualTo(0.2);
        assertThat(ratio.max()).isEqualTo(0.25);
        assertThat(ratio.median()).isCloseTo(0.225, within(1e-9));
    }

    @Test
    void hasNoRatioToAServerThatWasNotMeasured() {
        assertThat(results.ratio(Scenario.S1, FOUR, MAGPIE, Servers.RELAY, Figures::cpuMicros)
                        .count())
                .isZero();
    }

    @Test
    void keepsTheOrderOfTheContestants() {
        assertThat(results.contestants(Scenario.S1)).containsExactly(MAGPIE, Servers.STOCK);
        assertThat(results.scenarios()).containsExactly(Scenario.S1);
    }

    @Test
    void isNotCleanIfAServerWasLeftOut() {
        assertThat(results.clean()).isTrue();
        assertThat(new Results(results.figures(), List.of("nats: no")).clean()).isFalse();
    }

    @Test
    void tellsWhoFallsBehind() {
        Level rate = Level.rate(20);
        // 400,000 were to be delivered; two messages of 10,000 may always be under way.
        assertThat(Samples.behind(Scenario.S3, "stock", rate, 20_000, 0).sustained())
                .isTrue();
        assertThat(Samples.behind(Scenario.S3, "stock", rate, 20_001, 0).sustained())
                .isFalse();
        assertThat(Samples.behind(Scenario.S3, "stock", rate, 0, 1).sustained()).isFalse();
        assertThat(Samples.behind(Scenario.S1, "stock", FOUR, 32_000, 0).sustained())
                .isTrue();
    }
}
