package io.magpie.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.bench.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdleReportTest {
    private static final IdlePlan PLAN = new IdlePlan(100, 10, 2, Duration.ZERO, Map.of(), "");

    @Test
    void dividesTheGrowthByTheSessions() {
        IdleReport report = report("OpenJDK 64-Bit Server VM version 25.0.3+9-LTS", 2_000);
        assertThat(report.perSession()).isEqualTo(new IdleReport.PerSession(2_000, 5, 2_100, 10, 4_000, 4_020));
        assertThat(report.met()).isTrue();
    }

    @Test
    void wantsLessHeapWhereHeadersAreCompact() {
        assertThat(report("OpenJDK 64-Bit Server VM version 25.0.3+9-LTS", 3_300)
                        .met())
                .isFalse();
        assertThat(report("OpenJDK 64-Bit Server VM version 17.0.15+6", 3_300).met())
                .isTrue();
        assertThat(report("OpenJDK 64-Bit Server VM version 17.0.15+6", 3_700).met())
                .isFalse();
    }

    @Test
    void printsTargetsAndClasses() {
        StringWriter text = new StringWriter();
        IdleText.print(report("version 25.0.3", 2_000), 1, new PrintWriter(text));
        assertThat(text.toString())
                .contains("live heap per session: 1.95 KiB, target 3.00 KiB, met")
                .contains("RSS per session: 3.91 KiB, target 6.00 KiB, met")
                .contains(" 2000     5.00  Session");
    }

    @Test
    void writesAPartOfADocumentBetweenItsMarkers() {
        assertThat(IdleText.markdown(report("version 25.0.3", 2_000), 25))
                .startsWith("<!-- idle:begin -->\n")
                .endsWith("<!-- idle:end -->\n")
                .contains("| live heap per session | 1.95 KiB | ≤ 3.00 KiB | met |")
                .contains("| 2000 | 5.00 | `Session` |");
    }

    private static IdleReport report(String jdk, long each) {
        ClassHistogram none = new ClassHistogram(Map.of("Other", new ClassHistogram.Row(1, 50)));
        ClassHistogram sessions = new ClassHistogram(
                Map.of("Other", new ClassHistogram.Row(1, 50), "Session", new ClassHistogram.Row(500, 100 * each)));
        Snapshot before = new Snapshot(none, none.bytes(), 1_000, 2_000, 3_000);
        Snapshot with =
                new Snapshot(sessions, sessions.bytes(), 1_000 + 100 * (each + 100), 2_000 + 1_000, 3_000 + 400_000);
        Environment environment = Environment.collect(Path.of("/proc/cpuinfo"), Instant.EPOCH);
        return IdleReport.of(PLAN, environment, jdk, new IdleRun.Result(1_000, before, with));
    }
}
