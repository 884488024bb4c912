package io.magpie.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class StormResultsTest {
    private final StormResults results = new StormResults(
            Samples.surroundings(),
            5000,
            List.of(
                    figures("magpie-epoll", StormFigures.UPGRADE, 1, 70),
                    figures("magpie-epoll", StormFigures.HELLO, 1, 120),
                    figures("stock", StormFigures.UPGRADE, 1, 100),
                    figures("magpie-epoll", StormFigures.UPGRADE, 2, 90),
                    figures("magpie-epoll", StormFigures.HELLO, 2, 140),
                    figures("stock", StormFigures.UPGRADE, 2, 100)));

    @Test
    void hasARowPerServerAndStep() {
        assertThat(results.table().rows()).hasSize(3);
        assertThat(results.table().text())
                .containsPattern("magpie-epoll +upgrade +80\\.0 \\(70\\.0–90\\.0\\) +0\\.800 \\(0\\.700–0\\.900\\)")
                .containsPattern("stock +upgrade +100\\.0 \\(100\\.0–100\\.0\\) +1 ");
    }

    @Test
    void comparesBothStepsWithStocksUpgrade() {
        assertThat(results.bars())
                .extracting(Bar::what, Bar::met)
                .containsExactly(
                        tuple("upgrade, CPU ÷ stock's upgrade", true),
                        tuple("upgrade + hello, CPU ÷ stock's upgrade", false));
    }

    @Test
    void namesTheSizeInADocument() {
        assertThat(results.markdown())
                .contains("5000 connections, at most 200 in flight", "| magpie-epoll | upgrade |");
    }

    private static StormFigures figures(String server, String step, int round, double cpuMicros) {
        return new StormFigures(server, step, round, 1e6 / cpuMicros, cpuMicros, 1, 0.5);
    }
}
