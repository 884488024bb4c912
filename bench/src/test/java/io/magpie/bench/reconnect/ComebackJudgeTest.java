package io.magpie.bench.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.measure.Check;
import io.magpie.bench.reconnect.ComebackResult.Round;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComebackJudgeTest {
    private static final String BACK = "all were back in time";

    private final Round good = Samples.quickComeback().rounds().get(0);

    @Test
    void aQuickComebackPasses() {
        assertThat(failures(good)).isEmpty();
        assertThat(good.back(0)).isEqualTo(10);
        assertThat(good.back(1)).isEqualTo(1_000);
    }

    @Test
    void whoIsLateOrMissingFails() {
        assertThat(failures(new Round(back(100, 30_001, true), good.sends(), true)))
                .containsExactly(BACK);
        assertThat(failures(new Round(back(99, 500, true), good.sends(), true))).containsExactly(BACK);
    }

    @Test
    void triesThatAreRefusedAreNoFault() {
        Window refused = new Window(0);
        for (int client = 0; client < 100; client++) {
            refused.refused("Connection refused");
            refused.returned(0, Samples.nanos(900), true);
        }
        assertThat(failures(new Round(refused.moves(), good.sends(), true))).isEmpty();
    }

    @Test
    void whoWaitsTooLongForAnOkFails() {
        assertThat(failures(new Round(good.moves(), Samples.sends(1_001), true)))
                .containsExactly("meanwhile p99 from sending to ok stayed in bounds");
    }

    @Test
    void whoWasNotGivenWhatItMissedFails() {
        assertThat(failures(new Round(back(100, 500, false), good.sends(), true)))
                .containsExactly("everybody got exactly what was missed");
        assertThat(failures(new Round(good.moves(), good.sends(), false)))
                .containsExactly("everybody got exactly what was missed");
    }

    @Test
    void aCloseOfTheServersFails() {
        Window closed = new Window(0);
        for (int client = 0; client < 100; client++) {
            closed.returned(0, Samples.nanos(500), true);
        }
        closed.closed("1013 over capacity");
        assertThat(failures(new Round(closed.moves(), good.sends(), true)))
                .containsExactly("the server lives and closed nobody");
    }

    private static Moves back(int clients, long millis, boolean whole) {
        Window window = new Window(0);
        for (int client = 0; client < clients; client++) {
            window.returned(0, Samples.nanos(millis), whole);
        }
        return window.moves();
    }

    private static List<String> failures(Round round) {
        return ComebackJudge.judge(Samples.comeback(), Samples.comebackResult(round)).stream()
                .filter(check -> !check.holds())
                .map(Check::what)
                .toList();
    }
}
