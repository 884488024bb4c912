package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassHistogramTest {
    private static final List<String> BEFORE = List.of(
            "4711:",
            " num     #instances         #bytes  class name (module)",
            "-------------------------------------------------------",
            "   1:           100           3200  java.util.HashMap$Node (java.base@25.0.3)",
            "   2:            10            800  [B (java.base@25.0.3)",
            "Total           110           4000");

    private static final List<String> AFTER = List.of(
            " num     #instances         #bytes  class name (module)",
            "   1:           300           9600  java.util.HashMap$Node (java.base@25.0.3)",
            "   2:           110          10800  [B (java.base@25.0.3)",
            "   3:           100           2400  [[Lio.magpie.Room;",
            "   4:            60           1440  io.magpie.Session$$Lambda/0x00007f1c4c1f2c58",
            "   5:            40            960  io.magpie.Session$$Lambda$17/0x0000000800c3a840",
            "Total           610          25200");

    @Test
    void readsWhatJcmdPrints() {
        ClassHistogram histogram = ClassHistogram.parse(AFTER);
        assertThat(histogram.bytes()).isEqualTo(25_200);
        assertThat(histogram.rows()).containsEntry("byte[]", new ClassHistogram.Row(110, 10_800));
        assertThat(histogram.rows()).containsEntry("io.magpie.Room[][]", new ClassHistogram.Row(100, 2_400));
    }

    @Test
    void countsTheLambdasOfAClassTogether() {
        assertThat(ClassHistogram.parse(AFTER).rows())
                .containsEntry("io.magpie.Session$$Lambda", new ClassHistogram.Row(100, 2_400));
    }

    @Test
    void dividesTheGrowthByTheSessionsWithTheLargestFirst() {
        List<ClassHistogram.Share> shares = ClassHistogram.parse(AFTER).since(ClassHistogram.parse(BEFORE), 100);
        assertThat(shares)
                .startsWith(
                        new ClassHistogram.Share("byte[]", 1, 100),
                        new ClassHistogram.Share("java.util.HashMap$Node", 2, 64));
        assertThat(shares.stream().mapToDouble(ClassHistogram.Share::bytes).sum())
                .isCloseTo(212, within(1e-9));
    }

    @Test
    void refusesOutputThatIsNoHistogram() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassHistogram.parse(List.of("4711:", "java.lang.OutOfMemoryError")))
                .withMessageContaining("OutOfMemoryError");
    }
}
