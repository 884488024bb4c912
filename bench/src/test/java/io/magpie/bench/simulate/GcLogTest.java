package io.magpie.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GcLogTest {
    @Test
    void readsPausesOfG1ButForThoseThatWereAskedFor() {
        GcLog log = GcLog.parse(List.of(
                "[5ms] Using G1",
                "[1723ms] GC(7) Pause Full (System.gc()) 57M->57M(12288M) 123.633ms",
                "[2410ms] GC(8) Pause Young (Normal) (G1 Evacuation Pause) 665M->129M(12288M) 251.366ms",
                "[2500ms] GC(9) Pause Remark 700M->690M(12288M) 1.250ms",
                "[2600ms] GC(9) Concurrent Mark Cycle 187.106ms",
                "[2700ms] GC(10)   Evacuate Collection Set: 240.1ms"));
        assertThat(log.pauses())
                .containsExactly(
                        new GcLog.Pause(2_410, "Pause Young (Normal) (G1 Evacuation Pause)", 251.366),
                        new GcLog.Pause(2_500, "Pause Remark", 1.25));
    }

    @Test
    void readsPausesOfZgc() {
        GcLog log = GcLog.parse(List.of(
                "[157806ms] GC(20) y: Pause Mark Start 0.032ms",
                "[157807ms] GC(20) Y: Pause Mark End 0.029ms",
                "[157900ms] GC(20) y: Concurrent Mark 436.1ms",
                "[158266ms] GC(20) Pause Relocate Start 0.058ms"));
        assertThat(log.pauses()).extracting(GcLog.Pause::millis).containsExactly(0.032, 0.029, 0.058);
    }

    @Test
    void readsPausesOfShenandoah() {
        GcLog log = GcLog.parse(List.of(
                "[90196ms] GC(15) Pause Init Mark (unload classes) 0.035ms",
                "[94167ms] GC(15) Concurrent marking (unload classes) 3970.900ms",
                "[96243ms] GC(15) Pause Final Update Refs 0.124ms",
                "[97000ms] GC(16) Pause Degenerated GC (Mark) 800M->100M(1024M) 30.5ms"));
        assertThat(log.pauses()).extracting(GcLog.Pause::millis).containsExactly(0.035, 0.124, 30.5);
    }

    @Test
    void sumsUpThePausesOfAPhase() {
        GcLog log = new GcLog(List.of(
                new GcLog.Pause(99, "early", 9),
                new GcLog.Pause(100, "first", 1),
                new GcLog.Pause(200, "last", 2),
                new GcLog.Pause(201, "late", 9)));
        assertThat(log.between(100, 200)).isEqualTo(new GcLog.Summary(2, 2, 3));
        assertThat(log.between(300, 400)).isEqualTo(new GcLog.Summary(0, 0, 0));
    }
}
