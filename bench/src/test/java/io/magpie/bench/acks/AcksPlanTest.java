package io.magpie.bench.acks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.magpie.bench.gateway.LogMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcksPlanTest {
    private static final AcksPlan.Crowd CROWD = new AcksPlan.Crowd(4, 2, 64);

    @Test
    void namesAllThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AcksPlan(List.of(), List.of(), 0, new AcksPlan.Crowd(2, 3, 8), -1, 0))
                .withMessageContainingAll(
                        "--logs", "--rates and --windows", "--rounds", "--rooms", "--size", "--warmup", "--seconds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AcksPlan(List.of(LogMode.MEMORY), List.of(Load.perSecond(-1)), 1, CROWD, 0, 1))
                .withMessageContaining("--rates must be");
    }

    @Test
    void measuresEachKindOfLogOnce() {
        AcksPlan plan = new AcksPlan(
                List.of(LogMode.FSYNC, LogMode.FSYNC),
                List.of(Load.perSecond(100), Load.unanswered(8)),
                3,
                CROWD,
                10,
                2);
        assertThat(plan.logs()).containsExactly(LogMode.FSYNC);
        assertThat(plan.seconds()).isEqualTo(10 + 3 * 2 * 2.5);
    }
}
